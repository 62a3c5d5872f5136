using System.Text.Json;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>What the built proxy tells of real requests: to a log, to Prometheus, to a collector of OTLP.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weft-telemetry-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_proxies_of_a_hop_write_the_same_request_and_the_callers_span_is_the_parent()
    {
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        string near = Path.Combine(_folder, "near.log");
        string far = Path.Combine(_folder, "far.log");
        await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1", "--label", "version=v2", "--access-log", far);
        int port = Programs.FreePort();
        await mesh.StartProxyAsync("web-1", "--to", $"cart:8080=127.0.0.1:{port}", "--access-log", near);
        using HttpClient http = new();
        Uri target = new($"http://127.0.0.1:{port}/users/7/orders?token=s3cret");
        JsonElement[] outbound = [];
        JsonElement[] inbound = [];
        await WaitUntilAsync(async () =>
        {
            using HttpResponseMessage answer = await http.GetAsync(target, Stop);
            inbound = Lines(far);
            outbound = Lines(near);
            return inbound.Any(IsFine) && outbound.Any(IsFine);
        });
        JsonElement there = inbound.First(IsFine);
        JsonElement here = outbound.Single(line => Text(line, "request_id") == Text(there, "request_id"));
        Assert.Equal(("outbound", "inbound"), (Text(here, "dir"), Text(there, "dir")));
        Assert.Equal(Text(here, "trace_id"), Text(there, "trace_id"));
        Assert.Equal(Text(here, "span_id"), Text(there, "parent_span_id"));
        foreach (JsonElement line in (JsonElement[])[here, there])
        {
            Assert.Equal("/users/7/orders?token=***", Text(line, "path"));
            Assert.Equal("/users/{id}/orders", Text(line, "path_template"));
            Assert.Equal("shop/web", line.GetProperty("src").GetProperty("service").GetString());
            Assert.Equal("shop/cart", line.GetProperty("dst").GetProperty("service").GetString());
            Assert.Equal("shop/cart-1", line.GetProperty("dst").GetProperty("workload").GetString());
            Assert.Equal("v2", line.GetProperty("dst").GetProperty("version").GetString());
            Assert.Equal("spiffe://weft.local/ns/shop/svc/web", line.GetProperty("src").GetProperty("id").GetString());
            Assert.True(line.GetProperty("tls").GetProperty("mutual").GetBoolean());
        }

        Assert.Equal("1.3", there.GetProperty("tls").GetProperty("version").GetString());
        Assert.Equal("1.3", here.GetProperty("tls").GetProperty("upstream_version").GetString());
    }

    [Fact]
    public async Task A_refusal_carries_the_id_of_its_request_in_text_and_in_JSON()
    {
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        int port = Programs.FreePort();
        await mesh.StartProxyAsync("web-1", "--to", $"nobody:8080=127.0.0.1:{port}");
        using HttpClient http = new();
        using HttpRequestMessage plain = new(HttpMethod.Get, $"http://127.0.0.1:{port}/");
        plain.Headers.Add("x-request-id", "order-7");
        using HttpResponseMessage text = await http.SendAsync(plain, Stop);
        Assert.Equal("order-7", Assert.Single(text.Headers.GetValues("x-request-id")));
        Assert.Contains("(request order-7)", await text.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using HttpRequestMessage machine = new(HttpMethod.Get, $"http://127.0.0.1:{port}/");
        machine.Headers.Add("accept", "application/json");
        using HttpResponseMessage answer = await http.SendAsync(machine, Stop);
        using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal(Assert.Single(answer.Headers.GetValues("x-request-id")), json.RootElement.GetProperty("requestId").GetString());
        Assert.Equal("NO_SERVICE", json.RootElement.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Prometheus_finds_no_fault_with_the_page_scrapes_it_and_shows_a_request_that_the_latency_stands_for()
    {
        Prometheus.SkipIfMissing();
        await using Origin origin = await Origin.StartAsync();
        int metrics = Programs.FreePort();
        string log = Path.Combine(_folder, "access.log");
        await using Relay relay = await Relay.StartAsync(
            "--to", origin.Http1, "--metrics", $"127.0.0.1:{metrics}", "--telemetry-compat", "istio,linkerd,envoy", "--trace-sample", "100", "--access-log", log);
        using HttpClient http = new();
        for (int i = 0; i < 5; i++)
        {
            await http.GetStringAsync(new Uri($"http://{relay.Address}/hello"), Stop);
        }

        string page = Path.Combine(_folder, "page");
        await File.WriteAllTextAsync(page, await http.GetStringAsync(new Uri($"http://127.0.0.1:{metrics}/metrics"), Stop), Stop);
        (_, string said, string faults) = await Programs.RunAsync("sh", "-c", $"promtool check metrics < {page}");

        // These two names are those that boards read; everything else is as it should be.
        Assert.DoesNotContain(
            (said + faults).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            static line => !line.StartsWith("istio_request_duration_milliseconds ", StringComparison.Ordinal) && !line.StartsWith("response_latency_ms ", StringComparison.Ordinal));

        // Prometheus asks for OpenMetrics, and would count a page with any fault as a target that is down.
        await using Prometheus prometheus = await Prometheus.StartAsync(Programs.FreePort(), metrics);
        await prometheus.WaitUntilAsync(async () => await prometheus.QueryAsync("sum(weft_requests_total)") == "5" && await prometheus.QueryAsync("sum(istio_requests_total)") == "5");
        Assert.Equal("1", await prometheus.QueryAsync("up"));
        List<(Dictionary<string, string> Labels, double Value)> exemplars = await prometheus.ExemplarsAsync("weft_response_latency_seconds_bucket");
        Assert.NotEmpty(exemplars);
        HashSet<string> traces = [.. Lines(log).Select(static line => Text(line, "trace_id"))];
        Assert.Equal(5, traces.Count);
        Assert.All(exemplars, exemplar => Assert.Contains(exemplar.Labels["trace_id"], traces));
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http")]
    public async Task A_collector_gets_spans_log_records_and_metrics(string scheme)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using Origin origin = await Origin.StartAsync();
        await using Relay relay = await Relay.StartAsync("--to", origin.Http1, "--otlp", $"{scheme}://127.0.0.1:{(scheme == "grpc" ? receiver.GrpcPort : receiver.HttpPort)}", "--trace-sample", "100");
        using HttpClient http = new();
        for (int i = 0; i < 5; i++)
        {
            await http.GetStringAsync(new Uri($"http://{relay.Address}/hello"), Stop);
        }

        await WaitUntilAsync(() => Task.FromResult(receiver.Spans.Count == 5 && receiver.Metrics.Any(static m => m.Name == "weft.exchanges")));
        Assert.All(receiver.Spans, static span => Assert.Equal(16, span.TraceId.Length));
        Assert.Equal(5, receiver.Metrics.Last(static m => m.Name == "weft.exchanges").Sum.DataPoints.Sum(static p => p.AsInt));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool IsFine(JsonElement line) => line.TryGetProperty("status", out JsonElement status) && status.GetInt32() is 200 or 404 && Text(line, "reason") == "OK";

    private static string Text(JsonElement line, string name) => line.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";

    private static JsonElement[] Lines(string path)
        => File.Exists(path) ? [.. File.ReadAllLines(path).Where(static line => line.EndsWith('}')).Select(static line => JsonDocument.Parse(line).RootElement)] : [];

    private static async Task WaitUntilAsync(Func<Task<bool>> holds)
    {
        for (long until = Environment.TickCount64 + 60_000; !await holds();)
        {
            Assert.True(Environment.TickCount64 < until, "it did not come to pass within a minute");
            await Task.Delay(100, Stop);
        }
    }
}
