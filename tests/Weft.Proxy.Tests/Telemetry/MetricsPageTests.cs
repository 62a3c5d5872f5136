using CsCheck;
using Weft.Contracts.Session;
using Weft.Proxy.Detection;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Testing;
using Weft.Routing;

namespace Weft.Proxy.Tests.Telemetry;

public sealed class MetricsPageTests
{
    private readonly Meters _meters = new(new ManualClock());

    [Fact]
    public void A_page_with_traffic_is_valid_and_has_the_numbers()
    {
        for (int i = 0; i < 3; i++)
        {
            Exchange("shop/cart", 200);
        }

        Exchange("shop/cart", 503);
        _meters.ConnectionOpened(Direction.Outbound);
        _meters.Reject(EndReason.DeniedByPolicy);
        _meters.Found(Detected.ServerFirst);

        PrometheusParser page = Render();
        Assert.Equal(3, page.Value("weft_requests_total", ("destination", "shop/cart"), ("status_class", "2xx")));
        Assert.Equal(1, page.Value("weft_requests_total", ("status_class", "5xx"), ("success", "false")));
        Assert.Equal(3, page.Value("weft_response_latency_seconds_count", ("success", "true")));
        Assert.Equal(1, page.Value("weft_connections_open", ("direction", "outbound")));
        Assert.Equal(1, page.Value("weft_rejected_total", ("reason", SeriesNames.Of(EndReason.DeniedByPolicy))));
        Assert.Equal(1, page.Value("weft_detected_total", ("protocol", "server_first")));
        Assert.Equal(42, page.Value("weft_config_commit"));
        Assert.Equal(3600, page.Value("weft_certificate_expiry_seconds"));
        Assert.Equal(4096, page.Value("process_resident_memory_bytes"));
    }

    [Fact]
    public void The_names_of_other_meshes_show_the_same_cells()
    {
        ExchangeTally tally = new(new Weft.Proxy.Flows.FlowParts { Application = 2_000, ServerRtt = 500 }, Attempts: 2, MessagesSent: 0, MessagesReceived: 0);
        foreach ((string template, int status) in (ReadOnlySpan<(string, int)>)[("/a/{id}", 200), ("/a/{id}", 200), ("/b", 200), ("/b", 503)])
        {
            ExchangeRecord record = _meters.Open(Direction.Outbound);
            record.SetEdge(new EdgeKey { Direction = Direction.Outbound, Source = "shop/web", Destination = "shop/cart", Template = template, DestinationVersion = "v2", MutualTls = true, Protocol = ExchangeProtocol.Http1 });
            record.Close(EndReason.Ok, status, 10, 20, -1, tally);
        }

        ExchangeRecord stream = _meters.Open(Direction.Outbound);
        stream.SetEdge(new EdgeKey { Direction = Direction.Outbound, Source = "shop/web", Destination = "10.0.0.9:5432" });
        stream.Close(EndReason.Ok, 0, 7, 9);
        PrometheusParser page = PrometheusParser.Parse(
            new MetricsPage(new MetersFold([_meters]), CompatFamilies.Istio | CompatFamilies.Linkerd | CompatFamilies.Envoy, new WorkloadMark("shop/web-1", "v1")).Render(default, default));
        Assert.Equal(2, page.Value("weft_requests_total", ("template", "/a/{id}")));
        Assert.Equal(2, page.Value("istio_requests_total", ("template", "/a/{id}"), ("destination_service", "cart.shop"), ("reporter", "source"), ("source_workload", "web-1"), ("destination_version", "v2")));
        Assert.Equal(1, page.Value("istio_requests_total", ("response_code", "5xx")));
        Assert.Equal(9, page.Value("istio_tcp_sent_bytes_total", ("destination_service", "10.0.0.9:5432")));
        Assert.Equal(1, page.Value("response_total", ("classification", "failure"), ("status_code", "5xx"), ("dst_service", "cart"), ("tls", "true")));
        Assert.Equal(3, page.Value("envoy_cluster_upstream_rq_xx", ("envoy_cluster_name", "shop/cart"), ("envoy_response_code_class", "2")));
        Assert.Equal(4, page.Value("envoy_cluster_upstream_rq_retry", ("envoy_cluster_name", "shop/cart")));
        Assert.Equal(0.008, page.Value("weft_time_part_seconds_total", ("destination", "shop/cart"), ("part", "application")), 6);
        Assert.Equal(4, page.Value("weft_time_part_measured_total", ("destination", "shop/cart"), ("part", "server_rtt")));
    }

    [Fact]
    public void The_page_names_its_workload_and_bytes_by_route()
    {
        foreach (string route in (string[])["one", "one", "two"])
        {
            ExchangeRecord record = _meters.Open(Direction.Inbound);
            record.SetEdge(new EdgeKey { Direction = Direction.Inbound, Destination = "shop/cart", Route = route, Template = "/a" });
            record.Close(EndReason.Ok, 200, 10, 20);
        }

        PrometheusParser page = PrometheusParser.Parse(new MetricsPage(new MetersFold([_meters]), workload: new WorkloadMark("shop/cart-1", "v2", "a")).Render(default, default));
        Assert.Equal(1, page.Value("weft_workload_info", ("workload", "shop/cart-1"), ("version", "v2"), ("zone", "a")));
        Assert.Equal(20, page.Value("weft_sent_bytes_total", ("route", "one"), ("template", "/a")));
        Assert.Equal(20, page.Value("weft_received_bytes_total", ("route", "two")));
    }

    [Fact]
    public void Any_label_value_survives_the_page()
    {
        Gen.String.Sample(
            destination =>
            {
                Meters meters = new(new ManualClock());
                ExchangeRecord record = meters.Open(Direction.Outbound);
                record.SetEdge(new EdgeKey { Direction = Direction.Outbound, Destination = destination });
                record.Close(EndReason.Ok, 200, 0, 0);
                PrometheusParser page = PrometheusParser.Parse(new MetricsPage(new MetersFold([meters])).Render(default, default));
                Assert.Equal(1, page.Value("weft_requests_total", ("destination", destination)));
            },
            iter: 200);
    }

    [Fact]
    public void An_idle_proxy_has_a_valid_page_too()
    {
        Assert.Equal(0, Render().Value("weft_exchanges_open"));
    }

    [Fact]
    public void Process_figures_are_read_from_the_kernel()
    {
        ProcessFigures figures = ProcessFigures.Read();
        Assert.InRange(figures.ResidentBytes, 1_000_000, long.MaxValue);
        Assert.InRange(figures.OpenFds, 3, int.MaxValue);
        Assert.InRange(figures.MaxFds, 1, long.MaxValue);
    }

    [Fact]
    public void A_process_name_with_blanks_and_parentheses_does_not_shift_the_numbers()
    {
        ProcessFigures figures = ProcessFigures.Parse("7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0", "300 200 1", "Max open files            1024                 4096                 files\n");
        Assert.Equal((2_000_000L, 200L * Environment.SystemPageSize, 1024L), (figures.CpuUs, figures.ResidentBytes, figures.MaxFds));
    }

    private PrometheusParser Render() => PrometheusParser.Parse(new MetricsPage(new MetersFold([_meters])).Render(
        new ControlFigures { Version = "0.1.0", Ready = true, ConfigCommit = 42, ConfigAgeS = 1.5, CertificateExpiryS = 3600 },
        new ProcessFigures(4096, 8192, 1_500_000, 7, 1024)));

    private void Exchange(string destination, int status)
    {
        ExchangeRecord record = _meters.Open(Direction.Outbound);
        record.SetEdge(new EdgeKey { Direction = Direction.Outbound, Source = "shop/web", Destination = destination });
        record.Close(EndReason.Ok, status, 1, 1);
    }
}
