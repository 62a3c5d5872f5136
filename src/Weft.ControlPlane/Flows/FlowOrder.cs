using Weft.Contracts.Flow;
using Weft.Contracts.Session;

namespace Weft.ControlPlane.Flows;

/// <summary>
/// Puts what several proxies wrote of one request into the order of cause. Their clocks differ by more than a hop takes, so who called whom counts first: the
/// parent's span, or else the services at both ends; the time decides only between those that do not depend on each other.
/// </summary>
internal static class FlowOrder
{
    internal static List<FlowRecord> Of(IEnumerable<FlowRecord> records)
    {
        List<FlowRecord> byTime = [.. records.OrderBy(static record => record.StartUnixUs).ThenBy(static record => record.Direction)];
        List<FlowRecord> ordered = new(byTime.Count);
        HashSet<FlowRecord> seen = new(ReferenceEqualityComparer.Instance);
        foreach (FlowRecord record in byTime)
        {
            Add(record);
        }

        return ordered;

        void Add(FlowRecord record)
        {
            if (!seen.Add(record))
            {
                return;
            }

            if (CauseOf(record, byTime) is { } cause)
            {
                Add(cause);
            }

            ordered.Add(record);
        }
    }

    /// <summary>The record of the hop that led to this one; null for the first, and where it is not there.</summary>
    private static FlowRecord? CauseOf(FlowRecord record, List<FlowRecord> all)
        => (record.ParentSpanId.Length > 0 ? all.Find(other => other != record && other.SpanId.AsSpan().SequenceEqual(record.ParentSpanId)) : null)
            ?? all.Find(other => other.Direction != record.Direction && (record.Direction == Direction.Inbound
                ? IsSame(other.Source, record.Source) && IsSame(other.Destination, record.Destination)
                : IsSame(other.Destination, record.Source)));

    private static bool IsSame(Party? one, Party? other) => one is { Service.Length: > 0 } && one.Service == other?.Service;
}
