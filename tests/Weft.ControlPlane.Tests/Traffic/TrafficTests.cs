using Weft.Contracts.Api;
using Weft.Contracts.Session;
using Weft.ControlPlane.Insight;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Tests.Support;
using Weft.ControlPlane.Traffic;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests.Traffic;

public sealed class TrafficTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private readonly ManualTime _time = new();
    private readonly TrafficStore _store = new();
    private readonly TrafficInsight _insight;

    public TrafficTests()
        => _insight = new TrafficInsight(
            new StoredFigures(_store),
            _store,
            new SubscriptionIndex(Workloads.View("", Workloads.Record("cart", "cart-1", "10.0.0.1"), Workloads.Record("web", "web-1", "10.0.0.2"))),
            new MemoryMetaStore());

    [Fact]
    public void Cumulative_reports_become_rates_quantiles_and_reasons()
    {
        RegistrySession web = Open("web", "web-1");
        Report(web, Cell(count: 10, latencyUs: 900), Cell(count: 1, reason: "CONNECT_FAILED", success: false, latencyUs: 100));
        _time.Advance(1);
        Report(web, Cell(count: 40, latencyUs: 900));
        TrafficRow row = Edges(Window, null).Rows.Single();
        Assert.Equal(("shop/web", "shop/cart", "http1"), (row.Source, row.Destination, row.Protocol));
        Assert.Equal((41, 1), (row.Requests, row.Failures));
        Assert.Equal(4.1, row.RequestsPerSecond, 3);
        Assert.Equal(40.0 / 41, row.Success!.Value, 6);
        Assert.Equal(1, row.MutualTls);
        Assert.InRange(row.P50Ms!.Value, 0.75, 1.0);
        Assert.Equal(1, row.Reasons["CONNECT_FAILED"]);
        Assert.Equal("spiffe://weft.local/ns/shop/svc/cart", row.DestinationIdentity);
    }

    [Fact]
    public void What_is_older_than_the_window_does_not_count()
    {
        RegistrySession web = Open("web", "web-1");
        Report(web, Cell(count: 10));
        _time.Advance(30);
        Report(web, Cell(count: 13));
        Assert.Equal(3, Edges(Window, null).Rows.Single().Requests);
        Assert.Equal(13, Edges(TimeSpan.FromSeconds(60), null).Rows.Single().Requests);
        _time.Advance(601);
        _store.Advance(_time.Now);
        Assert.Empty(Edges(TimeSpan.FromSeconds(600), null).Rows);
    }

    [Fact]
    public void An_exchange_counts_once_as_its_caller_saw_it_and_unmeshed_callers_are_named()
    {
        RegistrySession web = Open("web", "web-1");
        RegistrySession cart = Open("cart", "cart-1");
        Report(web, Cell(count: 5));
        TrafficCell inbound = Cell(count: 5);
        inbound.Direction = Direction.Inbound;
        TrafficCell plain = Cell(count: 2, mutualTls: false);
        (plain.Direction, plain.Source, plain.SourceIdentity) = (Direction.Inbound, "", "");
        Report(cart, inbound, plain);
        IReadOnlyList<TrafficRow> rows = Edges(Window, null).Rows;
        Assert.Equal([("(unmeshed)", 2L, 0.0), ("shop/web", 5L, 1.0)], rows.Select(row => (row.Source, row.Requests, row.MutualTls)));
        Assert.Equal(7, Stat(Window, "service", null).Rows.Single().Requests);
    }

    [Fact]
    public void A_proxy_that_reconnects_goes_on_and_one_that_restarts_counts_from_zero()
    {
        RegistrySession first = Open("web", "web-1", "e1");
        Report(first, Cell(count: 10));
        RegistrySession again = Open("web", "web-1", "e1");
        _store.Close(first, _time.Now);
        Report(again, Cell(count: 12));
        Assert.Equal(12, Edges(Window, null).Rows.Single().Requests);
        _store.Close(again, _time.Now);
        Report(Open("web", "web-1", "e2"), Cell(count: 3));
        Assert.Equal(15, Edges(Window, null).Rows.Single().Requests);
    }

    [Fact]
    public void Counters_that_ran_before_this_run_of_the_server_are_no_news()
    {
        _store.Restore(new NamespacedName("shop", "web-1"), "e1");
        RegistrySession web = Open("web", "web-1", "e1");
        Report(web, Cell(count: 1_000_000));
        Report(web, Cell(count: 1_000_004));
        Assert.Equal(4, Edges(Window, null).Rows.Single().Requests);
    }

    [Fact]
    public void A_short_loss_of_the_session_loses_and_invents_nothing()
    {
        RegistrySession first = Open("web", "web-1", "e1");
        Report(first, Cell(count: 10));
        _store.Close(first, _time.Now);
        Report(Open("web", "web-1", "e1"), Cell(count: 17));
        Assert.Equal(17, Edges(Window, null).Rows.Single().Requests);
    }

    [Fact]
    public void Stat_by_route_tells_backends_apart()
    {
        RegistrySession web = Open("web", "web-1");
        TrafficCell canary = Cell(count: 1);
        (canary.Backend, canary.Route) = ("shop/cart-v2", "HTTPRoute/shop/cart/0");
        TrafficCell stable = Cell(count: 9);
        (stable.Backend, stable.Route) = ("shop/cart-v1", "HTTPRoute/shop/cart/0");
        Report(web, canary, stable);
        Assert.Equal(
            [("shop/cart-v1", 9L), ("shop/cart-v2", 1L)],
            Stat(Window, "route", null).Rows.Select(row => (row.Backend!, row.Requests)));
        Assert.Equal(10, Edges(Window, null).Rows.Single().Requests);
    }

    [Fact]
    public void Open_connections_show_without_any_finished_exchange()
    {
        TrafficCell cell = Cell(count: 0);
        (cell.Active, cell.Protocol) = (3, "tcp");
        Report(Open("web", "web-1"), cell);
        TrafficRow row = Edges(Window, null).Rows.Single();
        Assert.Equal((3, 0, 1.0), (row.ActiveConnections, row.Requests, row.MutualTls));
        Assert.Null(row.Success);
        Assert.Null(row.P99Ms);
    }

    [Fact]
    public void Bypassed_connections_are_plain_edges_between_services_where_the_address_is_known()
    {
        RegistrySession web = Open("web", "web-1");
        RegistrySession cart = Open("cart", "cart-1");
        Bypass(web, ("10.0.0.2:4000", "10.0.0.1:8080", false), ("10.0.0.2:4001", "192.0.2.9:443", false));
        Bypass(cart, ("10.0.0.1:8080", "10.0.0.2:4000", true), ("10.0.0.1:8080", "192.0.2.7:5000", true));
        Assert.Equal(
            [("(unmeshed)", "shop/cart", 1), ("shop/web", "192.0.2.9:443", 1), ("shop/web", "shop/cart", 1)],
            Edges(Window, null).Rows.Select(row => (row.Source, row.Destination, row.Bypassed)));
    }

    [Fact]
    public void A_namespace_chooses_edges_that_touch_it()
    {
        TrafficCell abroad = Cell(count: 1);
        (abroad.Source, abroad.Destination) = ("bank/a", "bank/b");
        Report(Open("web", "web-1"), Cell(count: 1), abroad);
        Assert.Equal("shop/web", Edges(Window, "shop").Rows.Single().Source);
        Assert.Equal("bank/a", Edges(Window, "bank").Rows.Single().Source);
    }

    [Fact]
    public void Beyond_the_bound_of_series_traffic_is_counted_as_other()
    {
        int made = 0;
        for (int proxy = 0; made < TrafficLimits.MaxServices + 500; proxy++)
        {
            Report(Open("web", $"web-{proxy}"), [.. Enumerable.Range(0, 100).Select(_ => Cell(count: 1, destination: $"shop/d{made++}"))]);
        }

        IReadOnlyList<TrafficRow> rows = Stat(Window, "service", null).Rows;
        Assert.Equal(TrafficLimits.MaxServices + 1, rows.Count);
        Assert.Equal(500, rows.Single(row => row.Destination == "other").Requests);
    }

    [Fact]
    public void Beyond_the_bound_of_cells_a_proxy_is_cut_and_counted()
    {
        RegistrySession web = Open("web", "web-1");
        Report(web, [.. Enumerable.Range(0, TrafficLimits.MaxCellsPerProxy + 7).Select(i => Cell(count: 1, reason: $"R{i}"))]);
        Assert.Equal(7, _store.Dropped);
    }

    private TrafficTable Edges(TimeSpan window, string? ns)
        => _insight.GetEdgesAsync(TrafficQuery.Last(window.TotalSeconds, _time.Now) with { Namespace = ns }, CancellationToken.None).AsTask().Result;

    private TrafficTable Stat(TimeSpan window, string by, string? ns)
        => _insight.GetStatAsync(TrafficQuery.Last(window.TotalSeconds, _time.Now) with { Namespace = ns }, by, CancellationToken.None).AsTask().Result;

    private RegistrySession Open(string service, string workload, string epoch = "e")
    {
        var session = new RegistrySession(new NamespacedName("shop", workload));
        Hello hello = Workloads.Hello(service, workload);
        hello.Epoch = epoch;
        _store.Open(session, hello);
        return session;
    }

    private void Report(RegistrySession session, params TrafficCell[] cells) => _store.Report(session, new TrafficReport { Cells = [.. cells] }, _time.Now);

    private void Bypass(RegistrySession session, params (string Local, string Remote, bool Inbound)[] connections)
        => _store.Report(
            session,
            new TrafficReport
            {
                Bypassed = [.. connections.Select(item => new BypassedConnection { Local = item.Local, Remote = item.Remote, Inbound = item.Inbound })],
            },
            _time.Now);

    private static TrafficCell Cell(
        ulong count, string reason = "OK", bool success = true, long latencyUs = 500, bool mutualTls = true, string destination = "shop/cart")
    {
        var cell = new TrafficCell
        {
            Source = "shop/web",
            SourceIdentity = "spiffe://weft.local/ns/shop/svc/web",
            Destination = destination,
            DestinationIdentity = "spiffe://weft.local/ns/shop/svc/cart",
            Protocol = "http1",
            StatusClass = 2,
            Reason = reason,
            MutualTls = mutualTls,
            Success = success,
            Count = count,
            BytesSent = count * 10,
        };
        cell.LatencyBuckets.AddRange(new ulong[LatencyBuckets.IndexOf(latencyUs)]);
        cell.LatencyBuckets.Add(count);
        return cell;
    }
}
