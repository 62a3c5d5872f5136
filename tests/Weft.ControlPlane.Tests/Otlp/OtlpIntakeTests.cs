using Weft.Contracts.Api;
using Weft.Contracts.Otlp;
using Weft.ControlPlane.Otlp;
using Xunit;

namespace Weft.ControlPlane.Tests.Otlp;

public sealed class OtlpIntakeTests : IAsyncDisposable
{
    private const int Server = 2;
    private const int Client = 3;
    private static readonly byte[] TraceId = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];
    private readonly TestIntake _test = new();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task Spans_of_two_services_make_one_edge_that_says_where_it_comes_from()
    {
        Send("web", Span(1, 0, Client, ("http.request.method", "GET"), ("peer.service", "orders"), ("http.response.status_code", "503")));
        Send("orders", Span(2, 1, Server, ("http.request.method", "GET"), ("http.route", "/orders/{id}"), ("http.response.status_code", "503")));
        Topology map = await _test.MapAsync();
        TopologyEdge edge = Assert.Single(map.Edges);
        Assert.Equal(("otlp:/web", "otlp:/orders", "otlp", "http1"), (edge.Source, edge.Destination, edge.Origin, edge.Protocol));
        Assert.Equal((1L, 1L), (edge.Requests, edge.Failures));
        Assert.InRange(edge.P50Ms!.Value, 10, 30);
        Assert.All(map.Nodes.Where(static node => node.Rps > 0), static node => Assert.Equal("unmeshed", node.Kind));
        TraceAnswer trace = _test.Traces.Find(Convert.ToHexStringLower(TraceId))!;
        Assert.Equal(["otlp:/orders", "otlp:/web"], trace.Spans.Select(static span => span.Service).Order(StringComparer.Ordinal));
        Assert.Equal(trace.Spans.Single(static span => span.Service == "otlp:/web").SpanId, trace.Spans.Single(static span => span.Service == "otlp:/orders").ParentSpanId);
    }

    [Fact]
    public async Task What_a_proxy_counts_is_not_counted_again_but_its_spans_are_in_the_trace()
    {
        Send("cart", Span(1, 0, Server, ("http.request.method", "GET")));
        Assert.Empty((await _test.MapAsync()).Edges);
        Assert.Equal("shop/cart", Assert.Single(_test.Traces.Find(Convert.ToHexStringLower(TraceId))!.Spans).Service);
    }

    [Fact]
    public async Task A_caller_outside_reaches_a_service_of_the_mesh_by_its_name()
    {
        Send("batch", Span(1, 0, Client, ("server.address", "cart.shop.svc.cluster.local"), ("http.request.method", "GET")));
        Assert.Equal("shop/cart", Assert.Single((await _test.MapAsync()).Edges).Destination);
    }

    [Fact]
    public async Task A_server_that_nobody_calls_with_a_span_has_an_unknown_caller()
    {
        Send("orders", Span(1, 0, Server));
        Assert.Equal("(unmeshed)", Assert.Single((await _test.MapAsync()).Edges).Source);
    }

    [Fact]
    public void Broken_spans_are_rejected_alone_and_the_sender_is_told()
    {
        OtlpSpan broken = Span(2, 0, Server);
        broken.TraceId = [1, 2, 3];
        OtlpAnswer answer = Send("web", Span(1, 0, Server), broken);
        Assert.Equal(1, answer.PartialSuccess!.Rejected);
        Assert.Contains("16 bytes", answer.PartialSuccess.Message, StringComparison.Ordinal);
        Assert.Single(_test.Spans.OfTrace(Convert.ToHexStringLower(TraceId)));
    }

    [Fact]
    public void Log_records_are_found_by_their_trace_and_the_oldest_go_first()
    {
        OtlpLog[] logs = [.. Enumerable.Range(0, OtlpLimits.LogsMax + 5).Select(static i => new OtlpLog { UnixNano = 1, SeverityNumber = 17, TraceId = TraceId, Body = new OtlpValue { Text = $"line {i}" } })];
        Assert.Null(_test.Intake.Take(Export("web", logs)).PartialSuccess);
        List<LogItem> kept = _test.Intake.Logs.List("otlp:/web", Convert.ToHexStringLower(TraceId), OtlpLimits.LogsMax * 2);
        Assert.Equal(OtlpLimits.LogsMax, kept.Count);
        Assert.Equal(($"line {logs.Length - 1}", "ERROR"), (kept[0].Text, kept[0].Severity));
        Assert.Empty(_test.Intake.Logs.List(null, "ffff", 10));
    }

    [Fact]
    public void The_newest_value_of_a_metric_is_kept_and_series_without_end_are_not()
    {
        Assert.Null(_test.Intake.Take(Export("web", Gauge("queue", 3), Gauge("queue", 7))).PartialSuccess);
        Assert.Equal(7, Assert.Single(_test.Intake.Metrics.List("otlp:/web", "queue", 10)).Value);
        OtlpAnswer answer = _test.Intake.Take(Export("web", [.. Enumerable.Range(0, OtlpLimits.SeriesMax).Select(static i => Gauge($"m{i}", 1))]));
        Assert.Equal(1, answer.PartialSuccess!.Rejected);
        _test.Time.Advance(OtlpLimits.SeriesAge.TotalSeconds + 1);
        Assert.Null(_test.Intake.Take(Export("web", Gauge("late", 1))).PartialSuccess);
    }

    [Fact]
    public void Long_texts_and_many_attributes_are_cut()
    {
        OtlpSpan span = Span(1, 0, Server, [.. Enumerable.Range(0, 100).Select(static i => ($"key{i}", new string('x', 5_000)))]);
        Send("web", span);
        SpanItem kept = Assert.Single(_test.Spans.OfTrace(Convert.ToHexStringLower(TraceId)));
        Assert.Equal(OtlpLimits.AttributesMax, kept.Attributes.Count);
        Assert.All(kept.Attributes.Values, static value => Assert.Equal(OtlpLimits.TextMax, value.Length));
    }

    private OtlpAnswer Send(string service, params OtlpSpan[] spans) => _test.Intake.Take(Export(service, spans));

    /// <summary>Through the wire format, as it comes.</summary>
    private static OtlpExport<T> Export<T>(string service, params T[] items)
        where T : class, Contracts.Protobuf.IProtoMessage<T>, new()
    {
        OtlpScope<T> scope = new();
        scope.Items.AddRange(items);
        OtlpAttributes resource = new() { Items = { new OtlpAttribute { Key = "service.name", Value = new OtlpValue { Text = service } } } };
        OtlpExport<T> export = new() { Resources = { new OtlpResource<T> { Resource = resource, Scopes = { scope } } } };
        return Read<OtlpExport<T>>(export.ToBytes());
    }

    private static T Read<T>(byte[] bytes)
        where T : Contracts.Protobuf.IProtoMessage<T>
        => T.Parse(bytes);

    private static OtlpMetric Gauge(string name, double value) => new() { Name = name, Gauge = new OtlpPoints { Points = { new OtlpPoint { UnixNano = 1, Value = value } } } };

    private static OtlpSpan Span(byte id, byte parent, int kind, params (string Key, string Value)[] attributes)
    {
        OtlpSpan span = new()
        {
            TraceId = TraceId,
            SpanId = [0, 0, 0, 0, 0, 0, 0, id],
            ParentSpanId = parent == 0 ? [] : [0, 0, 0, 0, 0, 0, 0, parent],
            Name = "work",
            Kind = kind,
            StartUnixNano = 1_780_000_000_000_000_000,
            EndUnixNano = 1_780_000_000_020_000_000,
        };
        span.Attributes.AddRange(attributes.Select(static pair => new OtlpAttribute { Key = pair.Key, Value = new OtlpValue { Text = pair.Value } }));
        return span;
    }
}
