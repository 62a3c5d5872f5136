using Weft.Contracts.Api;

namespace Weft.ControlPlane.Insight;

/// <summary>How the traffic of the mesh is as a whole.</summary>
/// <param name="Totals">Of all edges.</param>
/// <param name="Bypassing">Pairs of services whose connections are older than the mesh and pass it by.</param>
public sealed record TrafficSummary(TopologyTotals Totals, IReadOnlyList<(string Source, string Destination)> Bypassing)
{
    /// <summary>Of a map that is there already.</summary>
    internal static TrafficSummary Of(Topology map) => new(
        map.Totals,
        [.. map.Edges.Where(static edge => IsBypassing(edge.Source, edge.Destination, edge.Active, edge.Requests, edge.MutualTls)).Select(static edge => (edge.Source, edge.Destination))]);

    /// <summary>Something is open between two services, and no proxy has seen anything of it.</summary>
    internal static bool IsBypassing(string source, string destination, long active, long requests, double mutualTls)
        => active > 0 && requests == 0 && mutualTls == 0 && source.Contains('/', StringComparison.Ordinal) && destination.Contains('/', StringComparison.Ordinal);
}
