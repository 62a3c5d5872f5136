using Weft.Contracts.Session;

namespace Weft.ControlPlane.Traffic;

/// <summary>Figures of one or several series over a window.</summary>
internal sealed class EdgeSum
{
    internal ulong Count { get; private set; }

    internal ulong Failures { get; private set; }

    internal ulong MutualTls { get; private set; }

    internal ulong Bytes { get; private set; }

    internal ulong Active { get; private set; }

    internal ulong ActiveMutualTls { get; private set; }

    internal int Bypassed { get; set; }

    internal ulong[] Buckets { get; } = new ulong[LatencyBuckets.Count];

    internal SortedDictionary<string, long> Reasons { get; } = new(StringComparer.Ordinal);

    internal void Add(TrafficPoint point)
    {
        Count += point.Count;
        Failures += point.Failures;
        MutualTls += point.MutualTls;
        Bytes += point.Bytes;
        for (int i = 0; i < point.Buckets.Length; i++)
        {
            Buckets[point.FirstBucket + i] += point.Buckets[i];
        }

        foreach ((string reason, ulong count) in point.Reasons ?? [])
        {
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + (long)count;
        }
    }

    internal void AddActive(ulong count, bool mutualTls)
    {
        Active += count;
        ActiveMutualTls += mutualTls ? count : 0;
    }

    internal void Add(EdgeSum other)
    {
        Count += other.Count;
        Failures += other.Failures;
        MutualTls += other.MutualTls;
        Bytes += other.Bytes;
        Active += other.Active;
        ActiveMutualTls += other.ActiveMutualTls;
        Bypassed += other.Bypassed;
        for (int i = 0; i < Buckets.Length; i++)
        {
            Buckets[i] += other.Buckets[i];
        }

        foreach ((string reason, long count) in other.Reasons)
        {
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + count;
        }
    }
}
