using Weft.Contracts.Api;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Store;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>Answers everything that is asked about traffic, from one source of figures; tables and series from another one when there is one.</summary>
internal sealed class TrafficInsight : ITrafficView
{
    private readonly TableReader _tables;
    private readonly TopologyReader _topology;
    private readonly FrameReader _frames;
    private readonly DiffReader _diff;
    private readonly SeriesReader _series;
    private readonly TableReader? _askedTables;
    private readonly SeriesReader? _askedSeries;
    private readonly LayoutKeeper _layout;
    private readonly ScoreKeeper _scores;

    /// <param name="source">The server's own figures.</param>
    /// <param name="store">What is open now, and what passes the proxies by.</param>
    /// <param name="index">What is known of services.</param>
    /// <param name="meta">Keeps the layout of the map.</param>
    /// <param name="asked">Where tables and series come from; null: <paramref name="source"/>. The map, scores and what the server says by itself do not
    /// depend on it, since they must go on without it.</param>
    /// <exception cref="StoreException">The layout cannot be read.</exception>
    internal TrafficInsight(IFigureSource source, TrafficStore store, SubscriptionIndex index, IMetaStore meta, IFigureSource? asked = null)
    {
        EdgeReader edges = new(source, store, index);
        _scores = new ScoreKeeper(source, index);
        _layout = new LayoutKeeper(meta);
        _tables = new TableReader(source, edges, _scores);
        _topology = new TopologyReader(source, edges, _scores, _layout, index);
        _frames = new FrameReader(source, edges);
        _diff = new DiffReader(edges, _topology);
        _series = new SeriesReader(source);
        if (asked is not null)
        {
            _askedTables = new TableReader(asked, new EdgeReader(asked, store, index), _scores);
            _askedSeries = new SeriesReader(asked);
        }

        Live = new LiveTraffic(_tables, _series);
    }

    public ILiveTraffic Live { get; }

    public IReadOnlyList<string> Groupings => TableReader.Groupings;

    public ValueTask<TrafficTable> GetEdgesAsync(TrafficQuery query, CancellationToken stop) => (_askedTables ?? _tables).EdgesAsync(query, stop);

    public ValueTask<TrafficTable> GetStatAsync(TrafficQuery query, string by, CancellationToken stop) => (_askedTables ?? _tables).StatAsync(query, by, stop);

    public ValueTask<Topology> GetTopologyAsync(TrafficQuery query, CancellationToken stop) => _topology.ReadAsync(query, stop);

    public ValueTask GiveTopologyAsync(TrafficQuery query, Func<Topology, Task> take, CancellationToken stop) => _topology.GiveAsync(query, take, stop);

    public ValueTask<TopologyColumns> GetTopologyColumnsAsync(TrafficQuery query, CancellationToken stop) => _topology.ReadColumnsAsync(query, stop);

    public ValueTask<TrafficSummary> GetSummaryAsync(TrafficQuery query, CancellationToken stop) => _topology.ReadSummaryAsync(query, stop);

    public ValueTask<TopologyFrames> GetFramesAsync(TrafficQuery query, int stepSeconds, CancellationToken stop) => _frames.ReadAsync(query, stepSeconds, stop);

    public ValueTask<TopologyDiff> GetDiffAsync(TrafficQuery a, TrafficQuery b, CancellationToken stop) => _diff.ReadAsync(a, b, stop);

    public ValueTask<SeriesAnswer?> GetSeriesAsync(string of, TrafficQuery query, int stepSeconds, CancellationToken stop)
        => (_askedSeries ?? _series).ReadAsync(of, query, stepSeconds, stop);

    public ScoreList GetScores(string by) => _scores.List(by);

    public MapLayout GetLayout() => _layout.Get();

    public string? PutLayout(MapLayout layout, Actor actor) => _layout.Put(layout, actor);

    /// <summary>Judges anew when it is time to. To be called about once a second.</summary>
    internal ValueTask UpdateAsync(DateTimeOffset now, CancellationToken stop) => _scores.UpdateAsync(now, stop);

    /// <summary>From the server's own figures.</summary>
    private sealed class LiveTraffic(TableReader tables, SeriesReader series) : ILiveTraffic
    {
        public ValueTask<TrafficTable> GetEdgesAsync(TrafficQuery query, CancellationToken stop) => tables.EdgesAsync(query, stop);

        public ValueTask<SeriesAnswer?> GetSeriesAsync(string of, TrafficQuery query, int stepSeconds, CancellationToken stop)
            => series.ReadAsync(of, query, stepSeconds, stop);
    }
}
