using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Weft.Contracts.Api;
using Weft.Contracts.Discovery;
using Weft.Contracts.Otlp;
using Weft.ControlPlane.Otlp;
using Xunit;

namespace Weft.ControlPlane.Tests.Otlp;

/// <summary>The official SDK sends; the listeners are real.</summary>
public sealed class OtlpHostTests : IAsyncDisposable
{
    private readonly TestIntake _test = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task What_the_official_sdk_sends_arrives(OtlpExportProtocol protocol)
    {
        await _test.ListenAsync(IPAddress.Loopback);
        string trace = Send(protocol);
        SpanItem span = Assert.Single(_test.Spans.OfTrace(trace));
        Assert.Equal(("bank/teller", "GET /accounts", "otlp", true), (span.Service, span.Name, span.Source, span.Error));
        Assert.Equal("ledger.bank", span.Attributes["server.address"]);
        Assert.Equal("ledger.bank", Assert.Single((await _test.MapAsync()).Edges).Destination);
        Assert.Equal(5, Assert.Single(_test.Intake.Metrics.List("bank/teller", "withdrawals", 10)).Value);
        MetricItem histogram = Assert.Single(_test.Intake.Metrics.List("bank/teller", "amount", 10));
        Assert.Equal((2, 30), (histogram.Count, histogram.Value));
        Assert.Equal(0, _test.Intake.Rejected);
    }

    [Fact]
    public async Task A_packed_body_is_unpacked_and_one_that_unpacks_to_too_much_is_refused()
    {
        await _test.ListenAsync(IPAddress.Loopback);
        using HttpClient client = new() { BaseAddress = new Uri(_test.HttpAddress) };
        OtlpLog log = new() { UnixNano = 1, Body = new OtlpValue { Text = "hello" } };
        byte[] body = new OtlpExport<OtlpLog> { Resources = { new OtlpResource<OtlpLog> { Scopes = { new OtlpScope<OtlpLog> { Items = { log } } } } } }.ToBytes();
        using HttpResponseMessage taken = await PostAsync(client, Gzip(body));
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Null(OtlpAnswer.Parse(await taken.Content.ReadAsByteArrayAsync(Stop)).PartialSuccess);
        Assert.Equal("hello", Assert.Single(_test.Intake.Logs.List(null, null, 10)).Text);

        using HttpResponseMessage bomb = await PostAsync(client, Gzip(new byte[OtlpLimits.BodyBytesMax + 1]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, bomb.StatusCode);
        using HttpResponseMessage broken = await PostAsync(client, [1, 2, 3]);
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        Assert.Contains("gzip", RpcStatus.Parse(await broken.Content.ReadAsByteArrayAsync(Stop)).Message, StringComparison.Ordinal);
        using StringContent json = new("{}", new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage text = await client.PostAsync("/v1/logs", json, Stop);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
    }

    [Fact]
    public async Task Beyond_loopback_it_is_tls_and_the_token_opens_it()
    {
        await _test.ListenAsync(IPAddress.Any);
        using HttpClientHandler handler = new() { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using HttpClient client = new(handler) { BaseAddress = new Uri($"https://127.0.0.1:{new Uri(_test.HttpAddress).Port}") };
        using HttpResponseMessage refused = await PostAsync(client, Gzip([]));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _test.Token);
        using HttpResponseMessage taken = await PostAsync(client, Gzip([]));
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    /// <summary>One failed span, a counter and a histogram; waits until they were sent.</summary>
    /// <returns>The id of the trace.</returns>
    private string Send(OtlpExportProtocol protocol)
    {
        string name = "weft-test-" + protocol;
        using ActivitySource source = new(name);
        using Meter meter = new(name);
        ResourceBuilder resource = ResourceBuilder.CreateEmpty().AddService("teller", "bank", autoGenerateServiceInstanceId: false);
        using TracerProvider tracer = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(name).AddOtlpExporter(options => Point(options, protocol, "traces")).Build();
        using MeterProvider meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(name).AddOtlpExporter(options => Point(options, protocol, "metrics")).Build();
        string trace;
        using (Activity activity = source.StartActivity("GET /accounts", ActivityKind.Client)!)
        {
            activity.SetTag("server.address", "ledger.bank");
            activity.SetTag("http.request.method", "GET");
            activity.SetStatus(ActivityStatusCode.Error, "no money");
            trace = activity.TraceId.ToHexString();
        }

        meter.CreateCounter<long>("withdrawals").Add(5);
        Histogram<double> amount = meter.CreateHistogram<double>("amount");
        amount.Record(10);
        amount.Record(20);
        Assert.True(tracer.ForceFlush(20_000));
        Assert.True(meters.ForceFlush(20_000));
        return trace;
    }

    private void Point(OtlpExporterOptions options, OtlpExportProtocol protocol, string signal)
    {
        options.Protocol = protocol;
        options.Endpoint = new Uri(protocol == OtlpExportProtocol.Grpc ? _test.GrpcAddress : $"{_test.HttpAddress}/v1/{signal}");
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, byte[] packed)
    {
        ByteArrayContent content = new(packed);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        content.Headers.ContentEncoding.Add("gzip");
        return client.PostAsync("/v1/logs", content, Stop);
    }

    private static byte[] Gzip(byte[] plain)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }
}
