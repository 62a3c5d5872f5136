using Weft.Contracts.Api;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>Turns edges into lists of their fields.</summary>
internal static class ColumnShapes
{
    /// <summary>Edges in the order of their callers, then of those that are called.</summary>
    /// <param name="shown">What is shown.</param>
    /// <param name="nodes">Both ends of every edge among them.</param>
    /// <param name="protocols">Protocol of every edge among them.</param>
    /// <param name="query">Of which time.</param>
    /// <param name="scoreOf">How well an edge is; null where that is not known.</param>
    internal static EdgeColumns EdgesOf(
        List<EdgeGroup> shown, IReadOnlyList<TopologyNode> nodes, string[] protocols, TrafficQuery query, Func<EdgeGroup, ScoreItem?> scoreOf)
    {
        Dictionary<string, int> places = new(nodes.Count, StringComparer.Ordinal);
        foreach (TopologyNode node in nodes)
        {
            places.Add(node.Id, places.Count);
        }

        EdgeGroup[] edges = [.. shown.OrderBy(edge => ((long)places[edge.Source] << 32) | (long)places[edge.Destination])];
        ScoreItem?[] scores = [.. edges.Select(scoreOf)];
        return new EdgeColumns
        {
            Source = Column(edge => places[edge.Source]),
            Destination = Column(edge => places[edge.Destination]),
            Protocol = Column(edge => Array.IndexOf(protocols, edge.Protocol)),
            Rps = Column(edge => Math.Round(edge.Figures.Count / query.Seconds, 4)),
            Requests = Column(static edge => (long)edge.Figures.Count),
            Failures = Column(static edge => (long)edge.Figures.Failures),
            P50Ms = Column(static edge => FigureShapes.Round(edge.Figures.QuantileMs(0.50))),
            P95Ms = Column(static edge => FigureShapes.Round(edge.Figures.QuantileMs(0.95))),
            P99Ms = Column(static edge => FigureShapes.Round(edge.Figures.QuantileMs(0.99))),
            BytesPerSecond = Column(edge => Math.Round(edge.Figures.Bytes / query.Seconds, 1)),
            Active = Column(static edge => edge.Active + edge.Bypassed),
            MutualTls = Column(static edge => edge.MutualTls),
            RetriesPerSecond = Column(edge => Math.Round(edge.Figures.Retries / query.Seconds, 4)),
            IsNew = Column(edge => EdgeReader.IsNew(edge, query)),
            Score = [.. scores.Select(static score => score?.Score)],
            Worst = [.. scores.Select(static score => score?.Penalties is [{ } worst, ..] ? worst.Title : null)],
        };

        T[] Column<T>(Func<EdgeGroup, T> of)
        {
            T[] column = new T[edges.Length];
            for (int i = 0; i < column.Length; i++)
            {
                column[i] = of(edges[i]);
            }

            return column;
        }
    }
}
