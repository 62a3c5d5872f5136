using Weft.Contracts.Api;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>The call graph at many moments, one after the other, for going through time.</summary>
internal sealed class FrameReader(IFigureSource source, EdgeReader edgeReader)
{
    /// <param name="query">When: at most <see cref="TrafficLimits.MaxFrames"/> steps are answered, the newest.</param>
    /// <param name="step">Seconds per frame; made larger where finer figures are forgotten.</param>
    /// <param name="stop">Ends the reading.</param>
    internal async ValueTask<TopologyFrames> ReadAsync(TrafficQuery query, int step, CancellationToken stop)
    {
        int seconds = FigureShapes.WholeSteps(step, await source.LeastStepAsync(query.From, stop));
        long end = (query.IsLive ? query.To - 1 : query.To) / seconds * seconds;
        long from = Math.Max(query.From / seconds * seconds, end - ((long)TrafficLimits.MaxFrames * seconds));
        Dictionary<string, int> nodes = new(StringComparer.Ordinal);
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        List<FrameEdge> edges = [];
        List<IReadOnlyList<IReadOnlyList<double?>>> frames = [];
        for (long at = from; at < end; at += seconds)
        {
            List<IReadOnlyList<double?>> frame = [];
            TrafficQuery frameQuery = query with { From = at, To = at + seconds, IsLive = false };
            List<EdgeGroup> groups = await edgeReader.ReadAsync(frameQuery, withBypassed: false, stop);
            foreach (EdgeGroup edge in groups)
            {
                if (edge.Figures.Count == 0)
                {
                    continue;
                }

                if (!numbers.TryGetValue(edge.Id, out int number))
                {
                    numbers.Add(edge.Id, number = edges.Count);
                    edges.Add(new FrameEdge(NumberOf(nodes, edge.Source), NumberOf(nodes, edge.Destination), edge.Protocol));
                }

                frame.Add([number, edge.Figures.Count, edge.Figures.Failures, FigureShapes.Round(edge.Figures.QuantileMs(0.99)), Math.Round(edge.MutualTls, 4)]);
            }

            EdgeGroup.Release(groups);
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

    private static int NumberOf(Dictionary<string, int> nodes, string id)
    {
        if (!nodes.TryGetValue(id, out int number))
        {
            nodes.Add(id, number = nodes.Count);
        }

        return number;
    }
}
