using Weft.Contracts.Session;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Testing;
using Weft.Routing;

namespace Weft.Proxy.Tests.Telemetry;

public sealed class TrafficReporterTests
{
    private readonly ManualClock _time = new();
    private readonly Meters _meters;
    private readonly TrafficReporter _reporter;

    public TrafficReporterTests()
    {
        _meters = new Meters(_time);
        _reporter = new TrafficReporter(new MetersFold([_meters]));
    }

    [Fact]
    public void A_report_holds_only_cells_that_changed_and_each_with_its_whole_sum()
    {
        Exchange("shop/cart", 200);
        Exchange("shop/prices", 200);
        Assert.Equal(2, Report().Cells.Count(static c => c.Count > 0));
        Assert.Empty(Report().Cells);

        Exchange("shop/cart", 200);
        TrafficCell cell = Assert.Single(Report().Cells);
        Assert.Equal(("shop/cart", 2UL, 2U, "http2"), (cell.Destination, cell.Count, cell.StatusClass, cell.Protocol));
        Assert.Equal(2UL, cell.LatencyBuckets[^1]);
    }

    [Fact]
    public void A_new_session_gets_everything_again()
    {
        Exchange("shop/cart", 200);
        int cells = Report().Cells.Count;
        Assert.Empty(Report().Cells);
        _reporter.Restart();
        Assert.Equal(cells, Report().Cells.Count);
    }

    [Fact]
    public void An_exchange_that_is_still_open_is_reported_as_active()
    {
        using ExchangeRecord record = _meters.Open(Direction.Inbound);
        record.SetEdge(new EdgeKey { Direction = Direction.Inbound, Destination = "shop/cart" });
        Assert.Equal(1UL, Assert.Single(Report().Cells).Active);
        record.Close(EndReason.Ok, 0, 0, 0);
        Assert.Equal(0UL, Assert.Single(Report().Cells).Active);
    }

    [Fact]
    public void Process_figures_and_bypassed_connections_ride_along()
    {
        TrafficReport report = _reporter.Build(
            new ProcessFigures(1024, 0, 77, 0, 0), DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), [new BypassedConnection { Local = "10.0.0.1:1" }]);
        Assert.Equal((1024UL, 77UL, 1_900_000_000L), (report.ResidentBytes, report.CpuUs, report.CertificateNotAfterUnixS));
        Assert.Single(report.Bypassed);
    }

    private TrafficReport Report() => _reporter.Build(default, null, []);

    private void Exchange(string destination, int status)
    {
        ExchangeRecord record = _meters.Open(Direction.Outbound);
        record.SetEdge(new EdgeKey { Direction = Direction.Outbound, Source = "shop/web", Destination = destination, Protocol = ExchangeProtocol.Http2 });
        _time.AdvanceMs(1);
        record.Close(EndReason.Ok, status, 1, 1);
    }
}
