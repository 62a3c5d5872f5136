using Weft.Contracts.Api;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>The call graph at many moments, one after the other, for going through time.</summary>
internal sealed class FrameReader(IFigureSource source)
{
    /// <param name="query">When: at most <see cref="TrafficLimits.MaxFrames"/> steps are answered, the newest.</param>
    /// <param name="step">Seconds per frame; made larger where finer figures are forgotten.</param>
    /// <param name="stop">Ends the reading.</param>
    internal async ValueTask<TopologyFrames> ReadAsync(TrafficQuery query, int step, CancellationToken stop)
    {
        int least = source.LeastStep(query.From);
        int seconds = (Math.Max(step, least) + least - 1) / least * least;
        long end = (query.IsLive ? query.To - 1 : query.To) / seconds * seconds;
        long from = Math.Max(query.From / seconds * seconds, end - ((long)TrafficLimits.MaxFrames * seconds));
        Dictionary<string, int> nodes = new(StringComparer.Ordinal);
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        List<FrameEdge> edges = [];
        List<IReadOnlyList<IReadOnlyList<double?>>> frames = [];
        for (long at = from; at < end; at += seconds)
        {
            List<IReadOnlyList<double?>> frame = [];
            foreach (EdgeGroup edge in await EdgesAsync(new TimeSpanOfSeconds(at, at + seconds), query, stop))
            {
                if (!numbers.TryGetValue(edge.Id, out int number))
                {
                    numbers.Add(edge.Id, number = edges.Count);
                    edges.Add(new FrameEdge(NumberOf(nodes, edge.Source), NumberOf(nodes, edge.Destination), edge.Protocol));
                }

                frame.Add([number, edge.Figures.Count, edge.Figures.Failures, FigureShapes.Round(edge.Figures.QuantileMs(0.99)), Math.Round(edge.MutualTls, 4)]);
            }

            frames.Add(frame);
        }

        return new TopologyFrames
        {
            StepSeconds = seconds,
            Start = DateTimeOffset.FromUnixTimeSeconds(from),
            Nodes = [.. nodes.OrderBy(static node => node.Value).Select(static node => node.Key)],
            Edges = edges,
            Frames = frames,
        };
    }

    private async ValueTask<IEnumerable<EdgeGroup>> EdgesAsync(TimeSpanOfSeconds span, TrafficQuery query, CancellationToken stop)
    {
        Dictionary<string, EdgeGroup> groups = new(StringComparer.Ordinal);
        foreach (SeriesSum sum in await source.SumAsync(SeriesFamily.Edge, query.Side ?? Side.Client, span, stop))
        {
            if (sum.Figures.Count == 0 || !query.Touches(sum.Key.Source, sum.Key.Subject))
            {
                continue;
            }

            string id = EdgeGroup.IdOf(sum.Key.Source, sum.Key.Subject);
            if (!groups.TryGetValue(id, out EdgeGroup? group))
            {
                groups.Add(id, group = new EdgeGroup(sum.Key.Source, sum.Key.Subject));
            }

            group.Add(sum, isLive: false);
        }

        return groups.Values;
    }

    private static int NumberOf(Dictionary<string, int> nodes, string id)
    {
        if (!nodes.TryGetValue(id, out int number))
        {
            nodes.Add(id, number = nodes.Count);
        }

        return number;
    }
}
