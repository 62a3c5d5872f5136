using System.Globalization;
using Weft.Contracts.Api;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>What is different between two times.</summary>
internal sealed class DiffReader(EdgeReader edges, TopologyReader shapes)
{
    /// <summary>Differences of counts below this many exchanges are chance.</summary>
    private const long ExchangesMin = 10;

    internal async ValueTask<TopologyDiff> ReadAsync(TrafficQuery a, TrafficQuery b, CancellationToken stop)
    {
        Dictionary<string, TopologyEdge> before = await EdgesAsync(a, stop);
        Dictionary<string, TopologyEdge> after = await EdgesAsync(b, stop);
        return new TopologyDiff
        {
            A = DateTimeOffset.FromUnixTimeSeconds(a.To),
            B = DateTimeOffset.FromUnixTimeSeconds(b.To),
            WindowSeconds = a.Seconds,
            Added = [.. Sorted(after.Values.Where(edge => !before.ContainsKey(edge.Id)))],
            Gone = [.. Sorted(before.Values.Where(edge => !after.ContainsKey(edge.Id)))],
            Changed = [.. Sorted(after.Values.Where(edge => before.ContainsKey(edge.Id)))
                .Select(edge => new TopologyChange(edge.Id, before[edge.Id], edge, WhyOf(before[edge.Id], edge)))
                .Where(static change => change.Why.Count > 0)],
        };
    }

    /// <summary>In what an edge differs, in words; nothing when only in what varies by chance.</summary>
    internal static IReadOnlyList<string> WhyOf(TopologyEdge before, TopologyEdge after)
    {
        List<string> why = [];
        bool enough = before.Requests >= ExchangesMin && after.Requests >= ExchangesMin;
        double errorsBefore = Share(before.Failures, before.Requests);
        double errorsAfter = Share(after.Failures, after.Requests);
        if (enough && Math.Abs(errorsAfter - errorsBefore) >= 0.01)
        {
            why.Add($"error rate {Percent(errorsBefore)} -> {Percent(errorsAfter)}");
        }

        if (enough && before.P99Ms is { } slowBefore && after.P99Ms is { } slowAfter && IsOther(slowBefore, slowAfter, 1.5) && Math.Abs(slowAfter - slowBefore) >= 5)
        {
            why.Add($"p99 {Number(slowBefore)} ms -> {Number(slowAfter)} ms");
        }

        if ((before.Requests >= ExchangesMin || after.Requests >= ExchangesMin) && IsOther(before.Rps, after.Rps, 2))
        {
            why.Add($"{Number(before.Rps)} -> {Number(after.Rps)} requests/s");
        }

        if (before.Requests > 0 && after.Requests > 0 && Math.Abs(after.MutualTls - before.MutualTls) >= 0.01)
        {
            why.Add($"mutual TLS {Percent(before.MutualTls)} -> {Percent(after.MutualTls)}");
        }

        if (before.Protocol != after.Protocol)
        {
            why.Add($"protocol {before.Protocol} -> {after.Protocol}");
        }

        if (before.DestinationIdentity != after.DestinationIdentity && before.DestinationIdentity.Length > 0 && after.DestinationIdentity.Length > 0)
        {
            why.Add($"identity {before.DestinationIdentity} -> {after.DestinationIdentity}");
        }

        return why;
    }

    private async ValueTask<Dictionary<string, TopologyEdge>> EdgesAsync(TrafficQuery query, CancellationToken stop)
        => (await edges.ReadAsync(query, withBypassed: false, stop))
            .Where(static edge => !edge.Figures.IsEmpty)
            .ToDictionary(static edge => edge.Id, edge => shapes.Shape(edge, query), StringComparer.Ordinal);

    private static IEnumerable<TopologyEdge> Sorted(IEnumerable<TopologyEdge> edges) => edges.OrderBy(static edge => edge.Id, StringComparer.Ordinal);

    private static bool IsOther(double a, double b, double factor) => Math.Max(a, b) >= Math.Min(a, b) * factor && Math.Max(a, b) > 0;

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Number(double value) => value.ToString(value < 10 ? "0.##" : "0", CultureInfo.InvariantCulture);
}
