using Weft.Contracts.Api;

namespace Weft.ControlPlane.Events;

/// <summary>What is different between one look at the map and the next. Bounded: a reader that wants all asks for the map.</summary>
internal sealed class MapChanges
{
    /// <summary>Nodes and edges of one event; those with most traffic go first, the others come with a later one.</summary>
    internal const int ItemsMax = 1_000;

    private Dictionary<string, TopologyNode> _nodes = new(StringComparer.Ordinal);
    private Dictionary<string, TopologyEdge> _edges = new(StringComparer.Ordinal);

    /// <summary>Takes the newest map and gives back what of it is new or changed. What has vanished comes once more without traffic.</summary>
    internal Topology Next(Topology map)
    {
        List<TopologyNode> nodes = [.. map.Nodes.Where(node => !_nodes.TryGetValue(node.Id, out TopologyNode? old) || Differs(old, node))];
        List<TopologyEdge> edges = [.. map.Edges.Where(edge => !_edges.TryGetValue(edge.Id, out TopologyEdge? old) || Differs(old, edge))];
        HashSet<string> present = [.. map.Edges.Select(static edge => edge.Id)];
        edges.AddRange(_edges.Values
            .Where(edge => edge.Requests > 0 && !present.Contains(edge.Id))
            .Select(static edge => new TopologyEdge
            {
                Id = edge.Id,
                Source = edge.Source,
                Destination = edge.Destination,
                Protocol = edge.Protocol,
                FirstSeen = edge.FirstSeen,
            }));
        List<TopologyNode> sentNodes = [.. nodes.OrderByDescending(static node => node.Rps).Take(ItemsMax)];
        List<TopologyEdge> sentEdges = [.. edges.OrderByDescending(static edge => edge.Rps).Take(ItemsMax)];
        Remember(map, sentNodes, sentEdges);
        return map with { Nodes = sentNodes, Edges = sentEdges, Hidden = new TopologyHidden(nodes.Count - sentNodes.Count, edges.Count - sentEdges.Count) };
    }

    /// <summary>What was left out keeps its old state here, so that it counts as changed next time.</summary>
    private void Remember(Topology map, List<TopologyNode> nodes, List<TopologyEdge> edges)
    {
        HashSet<string> known = [.. map.Nodes.Select(static node => node.Id)];
        _nodes = _nodes.Where(item => known.Contains(item.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (TopologyNode node in nodes)
        {
            _nodes[node.Id] = node;
        }

        HashSet<string> present = [.. map.Edges.Select(static edge => edge.Id)];
        _edges = _edges.Where(item => present.Contains(item.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (TopologyEdge edge in edges.Where(edge => present.Contains(edge.Id)))
        {
            _edges[edge.Id] = edge;
        }
    }

    private static bool Differs(TopologyEdge a, TopologyEdge b)
        => a.Requests != b.Requests || a.Failures != b.Failures || a.Active != b.Active || a.Score != b.Score || a.P99Ms != b.P99Ms || a.MutualTls != b.MutualTls
            || a.BytesPerSecond != b.BytesPerSecond;

    private static bool Differs(TopologyNode a, TopologyNode b)
        => a.Rps != b.Rps || a.ServerErrors != b.ServerErrors || a.ClientErrors != b.ClientErrors || a.Score != b.Score || a.P99Ms != b.P99Ms
            || a.Workloads != b.Workloads || a.Meshed != b.Meshed || a.X != b.X || a.Y != b.Y
            || !a.Versions.SequenceEqual(b.Versions) || !a.Zones.SequenceEqual(b.Zones);
}
