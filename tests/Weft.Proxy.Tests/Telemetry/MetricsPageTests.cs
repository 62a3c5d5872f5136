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
            new MetricsPage(new MetersFold([_meters]), CompatFamilies.Istio | CompatFamilies.Linkerd | CompatFamilies.Envoy, new WorkloadMark("shop/web-1", "v1")).Render(MetricsFormat.Prometheus, default, default, []));
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

        PrometheusParser page = PrometheusParser.Parse(new MetricsPage(new MetersFold([_meters]), workload: new WorkloadMark("shop/cart-1", "v2", "a")).Render(MetricsFormat.Prometheus, default, default, []));
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
                foreach (MetricsFormat format in (MetricsFormat[])[MetricsFormat.Prometheus, MetricsFormat.OpenMetrics])
                {
                    PrometheusParser page = PrometheusParser.Parse(new MetricsPage(new MetersFold([meters])).Render(format, default, default, []), format);
                    Assert.Equal(1, page.Value("weft_requests_total", ("destination", destination)));
                }
            },
            iter: 200);
    }

    [Fact]
    public void OpenMetrics_names_the_newest_exchange_of_each_bucket()
    {
        Exchange("shop/cart", 200);
        Exchange("shop/cart", 503);
        EdgeKey edge = new() { Direction = Direction.Outbound, Source = "shop/web", Destination = "shop/cart", Template = "/never/mind" };
        PrometheusParser page = Render(
            MetricsFormat.OpenMetrics,
            CompatFamilies.Istio | CompatFamilies.Linkerd | CompatFamilies.Envoy,
            Exemplar(edge, success: true, 70, 1_700_000_000_000_001, 1, 1),
            Exemplar(edge, success: true, 75, 1_700_000_000_250_000, 0xabc, 0xdef),
            Exemplar(edge, success: true, 60, 1_700_000_000_000_002, 2, 2),
            Exemplar(edge, success: false, 2_000_000_000, 1_700_000_001_000_000, 3, 3),
            Exemplar(edge with { Destination = "shop/unknown" }, success: true, 60, 0, 4, 4));
        Assert.Equal(1, page.Value("weft_requests_total", ("status_class", "2xx")));
        Assert.Equal(
            [
                ("true", "0.000075", "00000000000000000000000000000abc", "0000000000000def", 7.5e-5, "1700000000.250000"),
                ("false", "+Inf", "00000000000000000000000000000003", "0000000000000003", 2_000, "1700000001.000000"),
            ],
            page.Exemplars.Select(static of => (
                of.Sample.Labels["success"], of.Sample.Labels["le"], of.Labels["trace_id"], of.Labels["span_id"], of.Value, of.Time)));
        Assert.Equal("1.0", page.Samples.First(static sample => sample.Name == "weft_response_latency_seconds_bucket" && sample.Labels["le"].StartsWith('1')).Labels["le"]);
    }

    private static Exemplar Exemplar(EdgeKey edge, bool success, long latencyUs, long endedUnixUs, UInt128 trace, ulong span)
        => new(new SeriesKey(edge, success ? 2 : 5, success ? EndReason.Ok : EndReason.RequestTimeout, success), latencyUs, endedUnixUs, trace, span);

    [Fact]
    public void The_older_format_knows_no_exemplars()
    {
        Exchange("shop/cart", 200);
        EdgeKey edge = new() { Direction = Direction.Outbound, Source = "shop/web", Destination = "shop/cart" };
        Assert.Empty(Render(exemplars: Exemplar(edge, success: true, 70, 1, 1, 1)).Exemplars);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/html, */*;q=0.1", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("Application/OpenMetrics-Text; Version=1.0.0; charset=utf-8", true)]
    [InlineData("application/openmetrics-text; version=2.0.0", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    [InlineData("application/openmetrics-text;q=x", false)]
    [InlineData("application/openmetrics-text;q=0.4, text/plain;q=0.5", false)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    public void Who_names_OpenMetrics_gets_it(string accept, bool gets)
        => Assert.Equal(gets ? MetricsFormat.OpenMetrics : MetricsFormat.Prometheus, MetricsFormats.Choose(accept));

    [Fact]
    public void An_idle_proxy_has_a_valid_page_too()
    {
        Assert.Equal(0, Render().Value("weft_exchanges_open"));
        Assert.Equal(0, Render(MetricsFormat.OpenMetrics).Value("weft_exchanges_open"));
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

    private PrometheusParser Render(MetricsFormat format = MetricsFormat.Prometheus, CompatFamilies compat = CompatFamilies.None, params Exemplar[] exemplars) => PrometheusParser.Parse(new MetricsPage(new MetersFold([_meters]), compat).Render(
        format,
        new ControlFigures { Version = "0.1.0", Ready = true, ConfigCommit = 42, ConfigAgeS = 1.5, CertificateExpiryS = 3600 },
        new ProcessFigures(4096, 8192, 1_500_000, 7, 1024),
        exemplars), format);

    private void Exchange(string destination, int status)
    {
        ExchangeRecord record = _meters.Open(Direction.Outbound);
        record.SetEdge(new EdgeKey { Direction = Direction.Outbound, Source = "shop/web", Destination = destination });
        record.Close(EndReason.Ok, status, 1, 1);
    }
}
