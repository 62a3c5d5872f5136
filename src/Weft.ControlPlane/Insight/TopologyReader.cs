using Weft.Contracts.Api;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Traffic;
using Weft.Model;

namespace Weft.ControlPlane.Insight;

/// <summary>The call graph of a window, with what is known of its services.</summary>
internal sealed class TopologyReader(IFigureSource source, EdgeReader edges, ScoreKeeper scores, LayoutKeeper layout, SubscriptionIndex index)
{
    internal async ValueTask<Topology> ReadAsync(TrafficQuery query, CancellationToken stop)
    {
        Topology read = new();
        await GiveAsync(
            query,
            map =>
            {
                read = map with { Edges = [.. map.Edges] };
                return Task.CompletedTask;
            },
            stop);
        return read;
    }

    /// <summary>Gives the map to somebody who goes through its edges once: each is shaped when its turn comes, and the map is worth nothing afterwards.</summary>
    internal async ValueTask GiveAsync(TrafficQuery query, Func<Topology, Task> take, CancellationToken stop)
    {
        Gathered found = await GatherAsync(query, stop);
        try
        {
            await take(new Topology
            {
                At = found.At,
                WindowSeconds = query.Seconds,
                Nodes = found.Nodes,
                Edges = new ShapedList<EdgeGroup, TopologyEdge>([.. found.Edges.OrderBy(static edge => edge.Id, StringComparer.Ordinal)], edge => Shape(edge, query)),
                Hidden = found.Hidden,
                Totals = TotalsOf(found.Edges, query.Seconds),
            });
        }
        finally
        {
            EdgeGroup.Release(found.All);
        }
    }

    internal async ValueTask<TopologyColumns> ReadColumnsAsync(TrafficQuery query, CancellationToken stop)
    {
        Gathered found = await GatherAsync(query, stop);
        string[] protocols = [.. found.Edges.Select(static edge => edge.Protocol).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        TopologyColumns columns = new()
        {
            At = found.At,
            WindowSeconds = query.Seconds,
            Nodes = found.Nodes,
            Protocols = protocols,
            Edges = ColumnShapes.EdgesOf(found.Edges, found.Nodes, protocols, query, edge => query.IsLive ? scores.Find(edge.Id) : null),
            Hidden = found.Hidden,
            Totals = TotalsOf(found.Edges, query.Seconds),
        };
        EdgeGroup.Release(found.All);
        return columns;
    }

    /// <summary>The map without the map.</summary>
    internal async ValueTask<TrafficSummary> ReadSummaryAsync(TrafficQuery query, CancellationToken stop)
    {
        List<EdgeGroup> all = await edges.ReadAsync(query, withBypassed: true, stop);
        List<EdgeGroup> shown = Shown(all, query);
        TrafficSummary summary = new(
            TotalsOf(shown, query.Seconds),
            [
                .. shown.Where(static edge => TrafficSummary.IsBypassing(edge.Source, edge.Destination, edge.Active + edge.Bypassed, (long)edge.Figures.Count, edge.MutualTls))
                    .OrderBy(static edge => edge.Id, StringComparer.Ordinal).Select(static edge => (edge.Source, edge.Destination)),
            ]);
        EdgeGroup.Release(all);
        return summary;
    }

    internal TopologyEdge Shape(EdgeGroup edge, TrafficQuery query)
    {
        Figures figures = edge.Figures;
        ScoreItem? score = query.IsLive ? scores.Find(edge.Id) : null;
        return new TopologyEdge
        {
            Id = edge.Id,
            Source = edge.Source,
            Destination = edge.Destination,
            Protocol = edge.Protocol,
            Origin = edge.IsFromSpans && edge.Bypassed == 0 ? SeriesKey.FromSpans : null,
            Rps = figures.Count / query.Seconds,
            Requests = (long)figures.Count,
            Failures = (long)figures.Failures,
            Success = FigureShapes.SuccessOf(figures),
            P50Ms = FigureShapes.Round(figures.QuantileMs(0.50)),
            P95Ms = FigureShapes.Round(figures.QuantileMs(0.95)),
            P99Ms = FigureShapes.Round(figures.QuantileMs(0.99)),
            BytesPerSecond = figures.Bytes / query.Seconds,
            Active = edge.Active + edge.Bypassed,
            MutualTls = edge.MutualTls,
            SourceIdentity = edge.SourceIdentity,
            DestinationIdentity = edge.DestinationIdentity,
            RetriesPerSecond = figures.Retries / query.Seconds,
            Parts = FigureShapes.PartsOf(figures),
            Reasons = FigureShapes.ReasonsOf(figures, source),
            FirstSeen = edge.FirstSeen == long.MaxValue ? null : DateTimeOffset.FromUnixTimeSeconds(edge.FirstSeen),
            IsNew = EdgeReader.IsNew(edge, query),
            Score = score?.Score,
            Worst = score?.Penalties is [{ } worst, ..] ? worst.Title : null,
        };
    }

    /// <summary>What both shapes have in common.</summary>
    private async ValueTask<Gathered> GatherAsync(TrafficQuery query, CancellationToken stop)
    {
        List<EdgeGroup> all = await edges.ReadAsync(query, withBypassed: true, stop);
        List<EdgeGroup> shown = Shown(all, query);
        Dictionary<string, NodeFigures> nodes = NodesOf(all, shown, query);
        IReadOnlyDictionary<string, IReadOnlyList<double>> places = layout.Get().Positions;
        return new Gathered(
            all,
            DateTimeOffset.FromUnixTimeSeconds(query.To - (query.IsLive ? 1 : 0)),
            [.. nodes.Where(static node => node.Value.IsShown).OrderBy(static node => node.Key, StringComparer.Ordinal).Select(node => Shape(node.Key, node.Value, query, places))],
            shown,
            new TopologyHidden(nodes.Values.Count(static node => !node.IsShown), all.Count - shown.Count));
    }

    private static List<EdgeGroup> Shown(List<EdgeGroup> all, TrafficQuery query) => query.Filter.IsAll ? all : all.FindAll(edge => EdgeReader.Matches(edge, query));

    private Dictionary<string, NodeFigures> NodesOf(List<EdgeGroup> all, List<EdgeGroup> shown, TrafficQuery query)
    {
        Dictionary<string, NodeFigures> nodes = new(StringComparer.Ordinal);
        foreach (NamespacedName service in index.View.Services.Keys)
        {
            if (query.Namespace is null || service.Namespace == query.Namespace)
            {
                Of(nodes, service.ToString()).IsShown = query.Filter.IsAll;
            }
        }

        foreach (EdgeGroup edge in all)
        {
            NodeFigures called = Of(nodes, edge.Destination);
            called.Served.Add(edge.Figures);
            called.IsFromSpans &= edge.IsFromSpans;
            called.FirstSeen = Math.Min(called.FirstSeen, edge.FirstSeen);
            NodeFigures caller = Of(nodes, edge.Source);
            caller.FirstSeen = Math.Min(caller.FirstSeen, edge.FirstSeen);
            caller.IsFromSpans &= edge.IsFromSpans;
        }

        foreach (EdgeGroup edge in shown)
        {
            Of(nodes, edge.Source).IsShown = true;
            Of(nodes, edge.Destination).IsShown = true;
        }

        return nodes;
    }

    private TopologyNode Shape(string id, NodeFigures node, TrafficQuery query, IReadOnlyDictionary<string, IReadOnlyList<double>> places)
    {
        MeshService? service = NamespacedName.Find(id) is { } name ? index.View.Services.GetValueOrDefault(name) : null;
        IReadOnlyList<WorkloadRecord> members = service?.Members ?? [];
        int meshed = members.Count(static member => member.TunnelPort != 0);
        ScoreItem? score = query.IsLive ? scores.Find(id) : null;
        Figures figures = node.Served;
        IReadOnlyList<double>? place = places.GetValueOrDefault(id);
        return new TopologyNode
        {
            Id = id,
            Namespace = AggregateSubject.NamespaceOf(id),
            Name = id[(id.IndexOf('/', StringComparison.Ordinal) + 1)..],
            Kind = KindOf(id, service, members.Count, meshed, node.IsFromSpans),
            Workloads = members.Count,
            Meshed = meshed,
            Versions = Distinct(members, static member => member.Labels.GetValueOrDefault("version") ?? ""),
            Zones = Distinct(members, static member => member.Zone),
            Rps = figures.Count / query.Seconds,
            Success = FigureShapes.SuccessOf(figures),
            P50Ms = FigureShapes.Round(figures.QuantileMs(0.50)),
            P95Ms = FigureShapes.Round(figures.QuantileMs(0.95)),
            P99Ms = FigureShapes.Round(figures.QuantileMs(0.99)),
            ClientErrors = FigureShapes.ClientErrorsOf(figures),
            ServerErrors = FigureShapes.ServerErrorsOf(figures),
            Score = score?.Score,
            Worst = score?.Penalties is [{ } worst, ..] ? worst.Title : null,
            FirstSeen = node.FirstSeen == long.MaxValue ? null : DateTimeOffset.FromUnixTimeSeconds(node.FirstSeen),
            X = place is [double x, _] ? x : null,
            Y = place is [_, double y] ? y : null,
        };
    }

    /// <summary>What has neither a resource nor workloads is outside; what has only workloads without a proxy is not in the mesh.</summary>
    private static string KindOf(string id, MeshService? service, int members, int meshed, bool isFromSpans)
    {
        if (id == SeriesKey.Unmeshed)
        {
            return "unmeshed";
        }

        if (service is null)
        {
            // A service that only its own spans tell of has no proxy.
            return !id.Contains('/', StringComparison.Ordinal) ? "external" : isFromSpans ? "unmeshed" : "service";
        }

        return members > 0 && meshed == 0 ? "unmeshed" : "service";
    }

    private static TopologyTotals TotalsOf(List<EdgeGroup> shown, double seconds)
    {
        ulong count = 0, failures = 0, encrypted = 0;
        foreach (EdgeGroup edge in shown)
        {
            count += edge.Figures.Count;
            failures += edge.Figures.Failures;
            encrypted += edge.Figures.MutualTls;
        }

        return new TopologyTotals
        {
            Rps = count / seconds,
            Success = count == 0 ? null : 1 - ((double)failures / count),
            MutualTls = FigureShapes.Share(encrypted, count),
            Edges = shown.Count,
            PlainEdges = shown.Count(static edge => edge.MutualTls < 1 || edge.Bypassed > 0),
        };
    }

    private static string[] Distinct(IReadOnlyList<WorkloadRecord> members, Func<WorkloadRecord, string> of)
        => [.. members.Select(of).Where(static text => text.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static NodeFigures Of(Dictionary<string, NodeFigures> nodes, string id)
    {
        if (!nodes.TryGetValue(id, out NodeFigures? node))
        {
            nodes.Add(id, node = new NodeFigures());
        }

        return node;
    }

    private sealed record Gathered(List<EdgeGroup> All, DateTimeOffset At, List<TopologyNode> Nodes, List<EdgeGroup> Edges, TopologyHidden Hidden);

    private sealed class NodeFigures
    {
        internal Figures Served { get; } = new();

        internal long FirstSeen { get; set; } = long.MaxValue;

        internal bool IsShown { get; set; }

        internal bool IsFromSpans { get; set; } = true;
    }
}
