using Weft.Contracts.Api;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Insight;

namespace Weft.ControlPlane.Api;

/// <summary>What the API shows of traffic.</summary>
public interface ITrafficView
{
    /// <summary>The server's own figures.</summary>
    ILiveTraffic Live { get; }

    /// <summary>What rows of <see cref="GetStatAsync"/> can be made of.</summary>
    IReadOnlyList<string> Groupings { get; }

    /// <summary>Edges of the call graph.</summary>
    ValueTask<TrafficTable> GetEdgesAsync(TrafficQuery query, CancellationToken stop);

    /// <param name="query">Which traffic.</param>
    /// <param name="by">One of <see cref="Groupings"/>.</param>
    /// <param name="stop">Ends the reading.</param>
    ValueTask<TrafficTable> GetStatAsync(TrafficQuery query, string by, CancellationToken stop);

    ValueTask<Topology> GetTopologyAsync(TrafficQuery query, CancellationToken stop);

    /// <summary>The same as <see cref="GetTopologyAsync"/> for somebody who goes through the edges once and keeps none: they are made one by one.</summary>
    ValueTask GiveTopologyAsync(TrafficQuery query, Func<Topology, Task> take, CancellationToken stop);

    /// <summary>The same as <see cref="GetTopologyAsync"/> in the shape for who draws it.</summary>
    ValueTask<TopologyColumns> GetTopologyColumnsAsync(TrafficQuery query, CancellationToken stop);

    ValueTask<TrafficSummary> GetSummaryAsync(TrafficQuery query, CancellationToken stop);

    ValueTask<TopologyFrames> GetFramesAsync(TrafficQuery query, int stepSeconds, CancellationToken stop);

    ValueTask<TopologyDiff> GetDiffAsync(TrafficQuery a, TrafficQuery b, CancellationToken stop);

    /// <param name="of">As <see cref="SeriesAnswer.Of"/> says.</param>
    /// <param name="query">When, and whose view.</param>
    /// <param name="stepSeconds">0: one that suits the window.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <returns>Null when there can be no such series.</returns>
    ValueTask<SeriesAnswer?> GetSeriesAsync(string of, TrafficQuery query, int stepSeconds, CancellationToken stop);

    /// <param name="by">"service" or "edge".</param>
    ScoreList GetScores(string by);

    MapLayout GetLayout();

    /// <summary>Keeps where the map's nodes stand; writes the audit record.</summary>
    /// <returns>What is wrong with it; null when it was kept.</returns>
    string? PutLayout(MapLayout layout, Actor actor);
}
