using Weft.Proxy.Flows;
using Weft.Proxy.Flows.Otlp;
using Weft.Proxy.Telemetry;
using Weft.Tests.Otlp;
using Weft.Proxy.Tests.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Otlp;

/// <summary>What is sent is read by code that the public tools generate.</summary>
public sealed class OtlpExporterTests
{
    private readonly RelayRig _rig = new(flows: true);
    private readonly List<MemoryTransport> _origins = [];
    private readonly HeldCollector _collector = new();
    private OtlpExporter? _exporter;

    public OtlpExporterTests()
    {
        _rig.Origin.OnAccept = _origins.Add;
    }

    private static string Ok => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private static string Failed => "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public void Spans_and_log_records_are_valid_and_have_the_attributes_of_the_record()
    {
        FlowHub hub = Export(isDelta: false);
        Exchange("/bad", Failed, "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n");
        hub.Pump();
        ResourceSpans resource = Assert.Single(TraceRequest.Parser.ParseFrom(_collector.Take(OtlpSignal.Traces)).ResourceSpans);
        Assert.Equal("web", Text(resource.Resource.Attributes, "service.name"));
        Assert.Equal("shop", Text(resource.Resource.Attributes, "service.namespace"));
        Assert.Equal("weft-proxy", resource.ScopeSpans[0].Scope.Name);
        Span span = Assert.Single(resource.ScopeSpans[0].Spans);
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", Convert.ToHexStringLower(span.TraceId.Span));
        Assert.Equal("00f067aa0ba902b7", Convert.ToHexStringLower(span.ParentSpanId.Span));
        Assert.Equal(8, span.SpanId.Length);
        Assert.Equal((2, 2), (span.Kind, span.Status.Code));
        Assert.True(span.EndTimeUnixNano >= span.StartTimeUnixNano && span.StartTimeUnixNano > 0);
        Assert.Equal("GET", Text(span.Attributes, "http.request.method"));
        Assert.Equal(503, span.Attributes.Single(static a => a.Key == "http.response.status_code").Value.IntValue);
        Assert.Equal(span.Attributes.Count, span.Attributes.Select(static a => a.Key).Distinct().Count());
        LogRecord log = Assert.Single(LogsRequest.Parser.ParseFrom(_collector.Take(OtlpSignal.Logs)).ResourceLogs[0].ScopeLogs[0].LogRecords);
        Assert.Equal((17, "ERROR"), (log.SeverityNumber, log.SeverityText));
        Assert.Equal(span.SpanId, log.SpanId);
        Assert.Contains("503", log.Body.StringValue, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 2, 3L, 5L)]
    [InlineData(true, 1, 3L, 2L)]
    public void Metrics_count_since_the_start_or_since_the_last_report(bool isDelta, int temporality, long first, long second)
    {
        FlowHub hub = Export(isDelta);
        Repeat(3);
        Metric[] once = TakeMetrics(hub);
        Repeat(2);
        Metric[] twice = TakeMetrics(hub);
        foreach ((Metric[] metrics, long expected) in (ReadOnlySpan<(Metric[], long)>)[(once, first), (twice, second)])
        {
            Sum exchanges = metrics.Single(static m => m.Name == "weft.exchanges").Sum;
            Assert.Equal((temporality, true), (exchanges.AggregationTemporality, exchanges.IsMonotonic));
            Assert.Equal(expected, exchanges.DataPoints.Sum(static p => p.AsInt));
            Histogram answers = metrics.Single(static m => m.Name == "weft.answer.duration").Histogram;
            HistogramDataPoint point = Assert.Single(answers.DataPoints);
            Assert.Equal((ulong)expected, point.Count);
            Assert.Equal(expected, point.BucketCounts.Sum(static c => (long)c));
            Assert.Equal(point.ExplicitBounds.Count + 1, point.BucketCounts.Count);
            Assert.Equal(point.ExplicitBounds.Order(), point.ExplicitBounds);
            Assert.True(point.StartTimeUnixNano < point.TimeUnixNano);
        }

        ulong start = twice.Single(static m => m.Name == "weft.exchanges").Sum.DataPoints[0].StartTimeUnixNano;
        ulong end = once.Single(static m => m.Name == "weft.exchanges").Sum.DataPoints[0].TimeUnixNano;
        Assert.Equal(isDelta, start == end);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Latencies_name_an_exchange_of_their_bucket_and_series_since_the_last_report(bool isDelta)
    {
        FlowHub hub = Export(isDelta);
        _rig.Advance(5);
        Exchange("/a", Ok);
        Exchange("/bad", Failed, "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n");
        hub.Pump();
        Span span = Assert.Single(TraceRequest.Parser.ParseFrom(_collector.Take(OtlpSignal.Traces)).ResourceSpans[0].ScopeSpans[0].Spans);
        HistogramDataPoint[] points = Latencies(TakeMetrics(hub));
        Assert.Equal(2, points.Length);
        Assert.Empty(points.Single(static point => Text(point.Attributes, "weft.status_class") == "2xx").Exemplars);
        HistogramDataPoint failed = points.Single(static point => Text(point.Attributes, "weft.status_class") == "5xx");
        Weft.Tests.Otlp.Exemplar exemplar = Assert.Single(failed.Exemplars);
        Assert.Equal((span.TraceId, span.SpanId, span.EndTimeUnixNano), (exemplar.TraceId, exemplar.SpanId, exemplar.TimeUnixNano));
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", Convert.ToHexStringLower(exemplar.TraceId.Span));
        Assert.Equal(Weft.Tests.Otlp.Exemplar.ValueOneofCase.AsDouble, exemplar.ValueCase);
        int bucket = failed.BucketCounts.Select(static (count, i) => (count, i)).Single(static one => one.count > 0).i;
        Assert.InRange(exemplar.AsDouble, bucket == 0 ? 0 : failed.ExplicitBounds[bucket - 1], failed.ExplicitBounds[bucket]);
        Assert.InRange(exemplar.TimeUnixNano, failed.StartTimeUnixNano, failed.TimeUnixNano);

        // The next report has its own; that of before was told.
        Exchange("/a", Ok);
        Assert.All(Latencies(TakeMetrics(hub)), static point => Assert.Empty(point.Exemplars));
    }

    [Fact]
    public void A_table_of_exemplars_keeps_the_newest_of_a_bucket()
    {
        SeriesKey series = new(new EdgeKey { Direction = Weft.Contracts.Session.Direction.Outbound, Source = "shop/web", Destination = "shop/cart" }, 2, Weft.Routing.EndReason.Ok, true);
        Weft.Proxy.Telemetry.Exemplar Of(SeriesKey of, long latencyUs, long endedUs) => new(of, latencyUs, endedUs, 1, 1);
        ExemplarTable table = new([Of(series, 70, 20), Of(series, 70, 30), Of(series, 70, 25), Of(series, 2_000_000, 26), Of(series, 2_000_000, 10), Of(series with { StatusClass = 5 }, 70, 40)], 10_000);
        Assert.Equal([(70, 30), (2_000_000, 26)], table.Of(series).Select(static one => (one.LatencyUs, one.EndedUnixUs)));
        Assert.Empty(table.Of(series with { Success = false }));
        Assert.Empty(new ExemplarTable([Of(series, 0, 10)], 10_000).Of(series));
    }

    [Fact]
    public void What_a_collector_cannot_take_now_waits()
    {
        FlowHub hub = Export(isDelta: true);
        _collector.IsHeld = true;
        Exchange("/bad", Failed);
        _rig.Advance(15_000);
        hub.Pump();
        Assert.Empty(_collector.Requests);
        _collector.IsHeld = false;
        hub.Pump();
        Assert.Equal([OtlpSignal.Traces, OtlpSignal.Logs, OtlpSignal.Metrics], _collector.Requests.Select(static request => request.Signal));
        Assert.Equal(0, _exporter!.Dropped);
    }

    [Fact]
    public void A_collector_that_hangs_costs_telemetry_and_nothing_else()
    {
        _collector.Hangs = true;
        FlowHub hub = Export(isDelta: false);
        for (int i = 0; i < 3_000; i++)
        {
            Exchange("/bad", Failed);
            if (i % 100 == 0)
            {
                hub.Pump();
            }
        }

        hub.Pump();
        Assert.Single(_collector.Requests, static request => request.Signal == OtlpSignal.Traces);
        Assert.True(_exporter!.Dropped > 0);
    }

    private FlowHub Export(bool isDelta)
    {
        // Or one exchange in a hundred would be of interest by chance.
        _rig.Settings.Publish(_rig.Settings.Value with { SampleShare = 0 });
        FlowHub hub = new(_rig.Loop, _rig.Settings, [_rig.Flows!]);
        _exporter = new OtlpExporter(_rig.Loop, _collector, new MetersFold([_rig.Meters]), _rig.Clock, new WorkloadMark("shop/web-1", "v1"), "shop/web", "0.1.0", isDelta, hub.Exemplars);
        hub.Add(_exporter);
        return hub;
    }

    private void Repeat(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Exchange("/a", Ok);
        }
    }

    private static HistogramDataPoint[] Latencies(Metric[] metrics) => [.. metrics.Single(static m => m.Name == "weft.answer.duration").Histogram.DataPoints];

    private Metric[] TakeMetrics(FlowHub hub)
    {
        _rig.Advance(10_000);
        hub.Pump();
        return [.. MetricsRequest.Parser.ParseFrom(_collector.Take(OtlpSignal.Metrics)).ResourceMetrics[0].ScopeMetrics[0].Metrics];
    }

    private void Exchange(string path, string answer, string fields = "")
    {
        MemoryTransport client = _rig.Connect();
        _rig.Send(client, $"GET {path} HTTP/1.1\r\nHost: shop\r\n{fields}Connection: close\r\n\r\n");
        _rig.Receive(_origins[^1]);
        _rig.Send(_origins[^1], answer);
        Assert.StartsWith("HTTP/1.1 ", _rig.Receive(client), StringComparison.Ordinal);
    }

    private static string Text(IEnumerable<KeyValue> attributes, string key) => attributes.Single(a => a.Key == key).Value.StringValue;

    private sealed class HeldCollector : IOtlpCollector
    {
        public List<(OtlpSignal Signal, byte[] Request)> Requests { get; } = [];

        public bool Hangs { get; set; }

        public byte[] Take(OtlpSignal signal)
        {
            (OtlpSignal, byte[] Request) found = Requests.Single(request => request.Signal == signal);
            Requests.Remove(found);
            return found.Request;
        }

        public bool IsHeld { get; set; }

        public bool Tend() => !IsHeld;

        public ValueTask<string?> SendAsync(OtlpSignal signal, byte[] request)
        {
            Requests.Add((signal, request));
            return Hangs ? new(new TaskCompletionSource<string?>().Task) : new((string?)null);
        }
    }
}
