using System.Net;
using Weft.Contracts.Api;
using Weft.Contracts.Session;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Serving;
using Weft.Model;

namespace Weft.ControlPlane.Traffic;

/// <summary>Tables of traffic as people ask for them.</summary>
internal sealed class TrafficQueries(TrafficStore store, SubscriptionIndex index, TimeProvider time) : ITrafficView
{
    public TrafficTable GetEdges(TimeSpan window, string? ns)
        => Query(window, ns, key => new RowKey(key.Source, key.Destination, null, null), withBypassed: true);

    public TrafficTable GetStat(TimeSpan window, string by, string? ns)
        => Query(
            window,
            ns,
            by == "route"
                ? key => new RowKey("", key.Destination, NullIfEmpty(key.Backend), NullIfEmpty(key.Route))
                : key => new RowKey("", key.Destination, null, null),
            withBypassed: false);

    private TrafficTable Query(TimeSpan window, string? ns, Func<EdgeKey, RowKey> group, bool withBypassed)
    {
        double seconds = Math.Clamp(Math.Floor(window.TotalSeconds), 1, TrafficLimits.WindowSeconds);

        // The second that has just begun is not whole yet: it would make every rate look as if it were falling.
        long since = time.GetUtcNow().ToUnixTimeSeconds() - (long)seconds;
        Dictionary<RowKey, Row> rows = [];
        foreach ((EdgeKey key, EdgeSum sum) in store.Sum(since))
        {
            Of(rows, group(key)).Add(key, sum);
        }

        if (withBypassed)
        {
            AddBypassed(rows);
        }

        return new TrafficTable
        {
            WindowSeconds = seconds,
            Rows = [.. rows
                .Where(row => IsIn(row.Key, ns))
                .OrderBy(row => row.Key.Source, StringComparer.Ordinal)
                .ThenBy(row => row.Key.Destination, StringComparer.Ordinal)
                .ThenBy(row => row.Key.Route, StringComparer.Ordinal)
                .ThenBy(row => row.Key.Backend, StringComparer.Ordinal)
                .Select(row => row.Value.ToTableRow(row.Key, seconds))],
        };
    }

    private void AddBypassed(Dictionary<RowKey, Row> rows)
    {
        MeshView view = index.View;
        foreach ((string service, BypassedConnection connection) in store.Bypassed())
        {
            string? remote = ServiceAt(connection.Remote, view);
            if (connection.Inbound && remote is not null)
            {
                // The caller's own proxy reports it too.
                continue;
            }

            RowKey key = connection.Inbound
                ? new RowKey(EdgeKey.Unmeshed, service, null, null)
                : new RowKey(service, remote ?? connection.Remote, null, null);
            Of(rows, key).Sum.Bypassed++;
        }
    }

    private static string? ServiceAt(string endpoint, MeshView view)
        => IPEndPoint.TryParse(endpoint, out IPEndPoint? parsed) && view.Addresses.TryGetValue(parsed.Address.ToString(), out NamespacedName service)
            ? service.ToString()
            : null;

    private static bool IsIn(RowKey key, string? ns)
        => ns is null || key.Source.StartsWith(ns + "/", StringComparison.Ordinal) || key.Destination.StartsWith(ns + "/", StringComparison.Ordinal);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static Row Of(Dictionary<RowKey, Row> rows, RowKey key)
    {
        if (!rows.TryGetValue(key, out Row? row))
        {
            rows.Add(key, row = new Row());
        }

        return row;
    }

    private readonly record struct RowKey(string Source, string Destination, string? Backend, string? Route);

    private sealed class Row
    {
        private EdgeKey _largest;
        private ulong _largestCount;

        internal EdgeSum Sum { get; } = new();

        internal void Add(EdgeKey key, EdgeSum sum)
        {
            // Protocol and identities are shown of the series that most of the traffic belongs to.
            ulong weight = (sum.Count + sum.Active) * 2 + (sum.MutualTls > 0 || sum.ActiveMutualTls > 0 ? 1UL : 0UL);
            if (weight >= _largestCount)
            {
                (_largest, _largestCount) = (key, weight);
            }

            Sum.Add(sum);
        }

        internal TrafficRow ToTableRow(RowKey key, double seconds) => new()
        {
            Source = key.Source,
            Destination = key.Destination,
            Backend = key.Backend,
            Route = key.Route,
            Protocol = _largest.Protocol is { Length: > 0 } protocol ? protocol : "tcp",
            SourceIdentity = _largest.SourceIdentity ?? "",
            DestinationIdentity = _largest.DestinationIdentity ?? "",
            MutualTls = Sum.Count > 0 ? (double)Sum.MutualTls / Sum.Count : Sum.Active > 0 ? (double)Sum.ActiveMutualTls / Sum.Active : 0,
            RequestsPerSecond = Sum.Count / seconds,
            Requests = (long)Sum.Count,
            Failures = (long)Sum.Failures,
            Success = Sum.Count == 0 ? null : 1 - ((double)Sum.Failures / Sum.Count),
            P50Ms = LatencyBuckets.Quantile(Sum.Buckets, 0.50),
            P95Ms = LatencyBuckets.Quantile(Sum.Buckets, 0.95),
            P99Ms = LatencyBuckets.Quantile(Sum.Buckets, 0.99),
            BytesPerSecond = Sum.Bytes / seconds,
            ActiveConnections = (long)Sum.Active,
            Bypassed = Sum.Bypassed,
            Reasons = Sum.Reasons,
        };
    }
}
