using Weft.Contracts.Api;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Insight;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Tests.Support;
using Weft.ControlPlane.Traffic;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests.Insight;

/// <summary>Answers about a small mesh: web calls cart and an outside address, somebody without a proxy calls web.</summary>
public sealed class TrafficInsightTests
{
    private readonly ManualTime _time = new();
    private readonly TrafficStore _store = new();
    private readonly MemoryMetaStore _meta = new();
    private readonly SubscriptionIndex _index;
    private readonly TrafficInsight _insight;
    private readonly RegistrySession _web;
    private readonly RegistrySession _cart;
    private ulong _requests;

    public TrafficInsightTests()
    {
        WorkloadRecord cart = Workloads.Record("cart", "cart-1", "10.0.0.1", labels: ("version", "v2")) with { Zone = "a" };
        _index = new SubscriptionIndex(Workloads.View("", cart, Workloads.Record("web", "web-1", "10.0.0.2"), Workloads.Record("idle", "idle-1", "10.0.0.3")));
        _insight = new TrafficInsight(new StoredFigures(_store), _store, _index, _meta);
        _web = Open("web", "web-1");
        _cart = Open("cart", "cart-1", ("version", "v2"));
    }

    [Fact]
    public async Task The_map_shows_services_edges_and_what_is_outside()
    {
        Serve(20);
        Topology map = await _insight.GetTopologyAsync(Last(10), CancellationToken.None);
        Assert.Equal(["(unmeshed)", "192.0.2.1:443", "shop/cart", "shop/idle", "shop/web"], map.Nodes.Select(node => node.Id));
        Assert.Equal(["unmeshed", "external", "service", "service", "service"], map.Nodes.Select(node => node.Kind));
        Assert.Equal(["(unmeshed)>shop/web", "shop/web>192.0.2.1:443", "shop/web>shop/cart"], map.Edges.Select(edge => edge.Id));
        TopologyEdge edge = map.Edges[2];
        Assert.Equal((20L, 2.0, 1.0, true), (edge.Requests, edge.Rps, edge.MutualTls, edge.IsNew));
        Assert.Equal(4.0, edge.Parts.ApplicationMs);
        Assert.Null(edge.Parts.ConnectMs);
        TopologyNode cart = map.Nodes[2];
        Assert.Equal((1, 1, "v2", "a", 2.0), (cart.Workloads, cart.Meshed, cart.Versions.Single(), cart.Zones.Single(), cart.Rps));
        Assert.Equal((3, 2), (map.Totals.Edges, map.Totals.PlainEdges));
        Assert.Equal(new TopologyHidden(0, 0), map.Hidden);
    }

    [Fact]
    public async Task The_columns_say_the_same_as_the_map()
    {
        Serve(20);
        Topology map = await _insight.GetTopologyAsync(Last(10), CancellationToken.None);
        TopologyColumns columns = await _insight.GetTopologyColumnsAsync(Last(10), CancellationToken.None);
        EdgeColumns of = columns.Edges;
        Assert.Equal(
            map.Edges.Select(static e => (e.Id, e.Protocol, e.Rps, e.Requests, e.Failures, e.P50Ms, e.P95Ms, e.P99Ms, e.BytesPerSecond)),
            of.Source.Select((source, i) => (
                $"{columns.Nodes[source].Id}>{columns.Nodes[of.Destination[i]].Id}", columns.Protocols[of.Protocol[i]], of.Rps[i], of.Requests[i], of.Failures[i], of.P50Ms[i], of.P95Ms[i], of.P99Ms[i], of.BytesPerSecond[i])));
        Assert.Equal(
            map.Edges.Select(static e => (e.Active, e.MutualTls, e.RetriesPerSecond, e.IsNew, e.Score, e.Worst)),
            of.Source.Select((_, i) => (of.Active[i], of.MutualTls[i], of.RetriesPerSecond[i], of.IsNew[i], of.Score[i], of.Worst[i])));
        Assert.Equal(map.Nodes.Select(static node => node.Id), columns.Nodes.Select(static node => node.Id));
        TrafficSummary summary = await _insight.GetSummaryAsync(Last(10), CancellationToken.None);
        Assert.Equal(map.Totals, summary.Totals);
        Assert.Equal(TrafficSummary.Of(map).Bypassing, summary.Bypassing);
        Assert.Equal((map.At, map.WindowSeconds, map.Totals, map.Hidden), (columns.At, columns.WindowSeconds, columns.Totals, columns.Hidden));
    }

    [Fact]
    public async Task A_filter_hides_and_counts_what_it_hides()
    {
        Serve(20);
        Assert.True(Filter.TryParse("mtls and rps > 1", FilterSchema.Aggregates, out Filter? filter, out _));
        Topology map = await _insight.GetTopologyAsync(Last(10) with { Filter = filter }, CancellationToken.None);
        Assert.Equal(["shop/web>shop/cart"], map.Edges.Select(edge => edge.Id));
        Assert.Equal(["shop/cart", "shop/web"], map.Nodes.Select(node => node.Id));
        Assert.Equal(new TopologyHidden(3, 2), map.Hidden);
    }

    [Fact]
    public async Task Both_sides_are_told_apart()
    {
        Serve(20);
        TrafficTable client = await _insight.GetStatAsync(Last(10), "service", CancellationToken.None);
        TrafficTable server = await _insight.GetStatAsync(Last(10) with { Side = Side.Server }, "service", CancellationToken.None);
        Assert.Equal([("192.0.2.1:443", 1L), ("shop/cart", 20L), ("shop/web", 3L)], client.Rows.Select(row => (row.Destination, row.Requests)));
        Assert.Equal([("shop/cart", 19L), ("shop/web", 3L)], server.Rows.Select(row => (row.Destination, row.Requests)));
    }

    [Theory]
    [InlineData("workload", "shop/cart-1 v2 19|shop/web-1  3")]
    [InlineData("version", " v2 19|  3")]
    [InlineData("namespace", "  1|  23")]
    [InlineData("code", " 2xx 1|2xx 18|5xx 2|2xx 3")]
    public async Task Rows_are_made_of_what_is_asked_for(string by, string expected)
    {
        Serve(20);
        TrafficTable table = await _insight.GetStatAsync(Last(10), by, CancellationToken.None);
        Assert.Equal(
            expected.Replace(" ", "", StringComparison.Ordinal),
            string.Join('|', table.Rows.Select(row => $"{row.Workload}{row.Version}{row.Code}{row.Requests}")));
    }

    [Theory]
    [InlineData("service", "20")]
    [InlineData("code", "2xx18|5xx2")]
    public async Task A_filter_leaves_out_services_whatever_there_is_a_row_for(string by, string expected)
    {
        Serve(20);
        Assert.True(Filter.TryParse("destination == shop/cart", FilterSchema.Aggregates, out Filter? filter, out _));
        TrafficTable table = await _insight.GetStatAsync(Last(10) with { Filter = filter }, by, CancellationToken.None);
        Assert.Equal(expected, string.Join('|', table.Rows.Select(row => $"{row.Code}{row.Requests}")));
    }

    [Theory]
    [InlineData("source == shop/web or destination == shop/web", 3)]
    [InlineData("destination == shop/cart", 1)]
    [InlineData("destination == shop/cart and rps > 1", 1)]
    [InlineData("rps > 1", 3)]
    [InlineData("protocol == http1", 3)]
    public async Task Edges_that_a_filter_leaves_out_by_name_are_not_read(string text, int read)
    {
        Serve(20);
        CountedFigures figures = new(new StoredFigures(_store));
        TrafficInsight insight = new(figures, _store, _index, _meta);
        Assert.True(Filter.TryParse(text, FilterSchema.Aggregates, out Filter? filter, out _));
        TrafficTable table = await insight.GetEdgesAsync(Last(10) with { Filter = filter }, CancellationToken.None);
        Assert.Equal(read, figures.Read);
        Topology map = await _insight.GetTopologyAsync(Last(10) with { Filter = filter }, CancellationToken.None);
        Assert.Equal(map.Edges.Select(static edge => (edge.Id, edge.Requests, edge.Success)), table.Rows.Select(static row => ($"{row.Source}>{row.Destination}", row.Requests, row.Success)));
    }

    [Fact]
    public async Task Series_have_steps_of_equal_number_and_nulls_where_nothing_was()
    {
        Serve(20);
        _time.Advance(5);
        Serve(6);
        _time.Advance(1);
        SeriesAnswer? series = await _insight.GetSeriesAsync("edge:shop/web>shop/cart", Last(10), 1, CancellationToken.None);
        Assert.Equal([0, 0, 0, 0, 20, 0, 0, 0, 0, 6], series!.Requests);
        Assert.Equal(10, series.P99Ms.Count);
        Assert.Null(series.P99Ms[0]);
        Assert.Equal(4.0, series.Parts.ApplicationMs[4]);
        Assert.Equal(26 + 2, (await _insight.GetSeriesAsync("mesh", Last(100), 10, CancellationToken.None))!.Requests.Sum() - (2 * 3));
        Assert.Equal(26, (await _insight.GetSeriesAsync("service:shop/cart", Last(100), 0, CancellationToken.None))!.Requests.Sum());
        Assert.Equal(32, (await _insight.GetSeriesAsync("namespace:shop", Last(100), 0, CancellationToken.None))!.Requests.Sum());
        Assert.Null(await _insight.GetSeriesAsync("colour:blue", Last(10), 1, CancellationToken.None));
    }

    [Fact]
    public async Task Frames_list_what_had_traffic_at_each_moment()
    {
        _time.Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        Serve(20);
        _time.Advance(20);
        Serve(6);
        _time.Advance(10);
        _store.Advance(_time.Now);
        TopologyFrames frames = await _insight.GetFramesAsync(TrafficQuery.Between(1_800_000_000, 1_800_000_030), 10, CancellationToken.None);
        Assert.Equal([3, 0, 3], frames.Frames.Select(frame => frame.Count));
        IReadOnlyList<double?> cart = frames.Frames[2].Single(row => frames.Nodes[frames.Edges[(int)row[0]!].Destination] == "shop/cart");
        Assert.Equal((6.0, 2.0, 1.0), (cart[1], cart[2], cart[4]));
    }

    [Fact]
    public async Task Two_times_are_compared_in_words()
    {
        Serve(100, failures: 0);
        long a = _time.Now.ToUnixTimeSeconds() + 1;
        _time.Advance(100);
        Report(_web, Cell("shop/web", "shop/pay", 10));
        Serve(100, failures: 50, ms: 80);
        long b = _time.Now.ToUnixTimeSeconds() + 1;
        TopologyDiff diff = await _insight.GetDiffAsync(TrafficQuery.Between(a - 10, a), TrafficQuery.Between(b - 10, b), CancellationToken.None);
        Assert.Equal("shop/web>shop/pay", Assert.Single(diff.Added).Id);
        Assert.Empty(diff.Gone);
        TopologyChange change = Assert.Single(diff.Changed);
        Assert.Equal("shop/web>shop/cart", change.Id);
        Assert.Contains("error rate 0 % -> 50 %", change.Why);
        Assert.Contains(change.Why, why => why.StartsWith("p99 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scores_follow_what_happens_and_say_since_when()
    {
        for (int i = 0; i < 40; i++)
        {
            await SecondAsync(failures: 0, ms: 5);
        }

        Assert.Equal(100, _insight.GetScores("edge").Items.Single(item => item.Id == "shop/web>shop/cart").Score);
        DateTimeOffset wrongSince = _time.Now;
        for (int i = 0; i < 25; i++)
        {
            await SecondAsync(failures: 0, ms: 205);
        }

        ScoreItem bad = _insight.GetScores("edge").Items.Single(item => item.Id == "shop/web>shop/cart");
        Assert.Equal("application", bad.Penalties[0].Cause);
        Assert.InRange(bad.Score!.Value, 40, 80);
        Assert.InRange((bad.Penalties[0].Since!.Value - wrongSince).TotalSeconds, -11, 21);
        Topology map = await _insight.GetTopologyAsync(Last(10), CancellationToken.None);
        Assert.Equal(bad.Score, map.Edges.Single(edge => edge.Id == "shop/web>shop/cart").Score);
        Assert.Equal("application", _insight.GetScores("service").Items.Single(item => item.Id == "shop/cart").Penalties[0].Cause);
    }

    [Fact]
    public void Places_of_the_map_are_kept()
    {
        Assert.Null(_insight.PutLayout(new MapLayout { Positions = new Dictionary<string, IReadOnlyList<double>> { ["shop/cart"] = [1, 2.5] } }, new Actor("test")));
        Assert.Equal([1, 2.5], new LayoutKeeper(_meta).Get().Positions["shop/cart"]);
        Assert.NotNull(_insight.PutLayout(new MapLayout { Positions = new Dictionary<string, IReadOnlyList<double>> { ["shop/cart"] = [1] } }, new Actor("test")));
        Assert.NotNull(_insight.PutLayout(new MapLayout { Positions = new Dictionary<string, IReadOnlyList<double>> { ["a"] = [double.NaN, 1] } }, new Actor("test")));
    }

    /// <summary>Counts the sums that are read.</summary>
    private sealed class CountedFigures(StoredFigures figures) : IFigureSource
    {
        internal int Read { get; private set; }

        public async ValueTask<IReadOnlyList<SeriesSum>> SumAsync(SeriesFamily family, Side side, TimeSpanOfSeconds span, CancellationToken stop)
            => Count(await figures.SumAsync(family, side, span, stop));

        public async ValueTask<IReadOnlyList<SeriesSum>> SumAsync(SeriesFamily family, Side side, TimeSpanOfSeconds span, Predicate<SeriesKey> only, CancellationToken stop)
            => Count(await figures.SumAsync(family, side, span, only, stop));

        public ValueTask<Figures?[]> StepsAsync(SeriesFamily family, Side side, TimeSpanOfSeconds span, int stepSeconds, SeriesChoice choice, CancellationToken stop)
            => figures.StepsAsync(family, side, span, stepSeconds, choice, stop);

        public ValueTask<int> LeastStepAsync(long from, CancellationToken stop) => figures.LeastStepAsync(from, stop);

        public string NameOfReason(int reason) => figures.NameOfReason(reason);

        private IReadOnlyList<SeriesSum> Count(IReadOnlyList<SeriesSum> sums)
        {
            Read += sums.Count;
            return sums;
        }
    }

    private async Task SecondAsync(int failures, int ms)
    {
        Serve(20, failures, ms);
        _time.Advance(1);
        _store.Advance(_time.Now);
        await _insight.UpdateAsync(_time.Now, CancellationToken.None);
    }

    private TrafficQuery Last(int seconds) => TrafficQuery.Last(seconds, _time.Now);

    /// <summary>So many calls of web to cart (cart's own proxy has not seen the newest yet), one to the outside, three to web.</summary>
    private void Serve(int count, int failures = 2, int ms = 5)
    {
        _requests++;
        TrafficCell good = Cell("shop/web", "shop/cart", (ulong)(count - failures), ms);
        TrafficCell bad = Cell("shop/web", "shop/cart", (ulong)failures, ms);
        (bad.StatusClass, bad.Success) = (5, false);
        TrafficCell outside = Cell("shop/web", "192.0.2.1:443", 1);
        outside.MutualTls = false;
        TrafficCell entry = Cell("", "shop/web", 3);
        (entry.MutualTls, entry.Direction, entry.SourceIdentity) = (false, Direction.Inbound, "");
        Report(_web, good, bad, outside, entry);
        TrafficCell seen = Cell("shop/web", "shop/cart", (ulong)(count - 1), ms);
        seen.Direction = Direction.Inbound;
        Report(_cart, seen);
    }

    private readonly Dictionary<string, TrafficCell> _sums = [];

    /// <summary>Cells are cumulative: what is reported is the sum of everything so far.</summary>
    private void Report(RegistrySession session, params TrafficCell[] cells)
    {
        List<TrafficCell> report = [];
        foreach (TrafficCell cell in cells)
        {
            string key = $"{session.Workload} {cell.Direction} {cell.Source} {cell.Destination} {cell.Success}";
            if (_sums.TryGetValue(key, out TrafficCell? sum))
            {
                cell.Count += sum.Count;
                cell.LatencySumUs += sum.LatencySumUs;
                cell.Application!.SumUs += sum.Application!.SumUs;
                cell.Application.Count += sum.Application.Count;
                for (int i = 0; i < cell.LatencyBuckets.Count; i++)
                {
                    cell.LatencyBuckets[i] += sum.LatencyBuckets[i];
                }
            }

            _sums[key] = cell;
            report.Add(cell);
        }

        _store.Report(session, new TrafficReport { Cells = report }, _time.Now);
    }

    private RegistrySession Open(string service, string workload, params (string Key, string Value)[] labels)
    {
        var session = new RegistrySession(new NamespacedName("shop", workload));
        Hello hello = Workloads.Hello(service, workload);
        foreach ((string key, string value) in labels)
        {
            hello.Labels[key] = value;
        }

        _store.Open(session, hello);
        return session;
    }

    private static TrafficCell Cell(string source, string destination, ulong count, int ms = 5)
    {
        var cell = new TrafficCell
        {
            Source = source,
            SourceIdentity = source.Length == 0 ? "" : "spiffe://weft.local/ns/shop/svc/web",
            Destination = destination,
            Protocol = "http1",
            StatusClass = 2,
            Reason = "OK",
            MutualTls = true,
            Success = true,
            Count = count,
            LatencySumUs = count * (ulong)ms * 1_000,
            Application = new PartSum { SumUs = count * ((ulong)ms - 1) * 1_000, Count = count },
        };
        cell.LatencyBuckets.AddRange(new ulong[LatencyBuckets.Count]);
        cell.LatencyBuckets[LatencyBuckets.IndexOf(ms * 1_000L)] = count;
        return cell;
    }
}
