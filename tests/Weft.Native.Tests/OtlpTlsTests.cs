using System.Diagnostics;
using System.Globalization;
using System.Security.Authentication;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>The built proxy and collectors under TLS: one that proves its name gets telemetry with the key, another gets nothing, and requests are served either way.</summary>
public sealed class OtlpTlsTests : IDisposable
{
    private const string Key = "Bearer 7c1d-the-key-of-the-backend";

    private readonly string _folder = Directory.CreateTempSubdirectory("weft-otlp-tls-").FullName;
    private readonly string _keyFile;

    public OtlpTlsTests()
    {
        _keyFile = Path.Combine(_folder, "key");
        File.WriteAllText(_keyFile, Key + "\n");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Ca => TestCertificates.Shared.Path("ca.pem");

    [Theory]
    [InlineData("grpcs", "127.0.0.1", "", SslProtocols.Tls13)]
    [InlineData("grpcs", "localhost", "", SslProtocols.Tls12)]
    [InlineData("https", "127.0.0.1", "", SslProtocols.Tls12)]
    [InlineData("https", "localhost", "/otlp", SslProtocols.Tls13)]
    public async Task A_collector_that_proves_its_name_gets_spans_with_the_key(string scheme, string host, string path, SslProtocols protocols)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync("local", protocols);
        await using Origin origin = await Origin.StartAsync();
        int metrics = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--to", origin.Http1, "--trace-sample", "100", "--metrics", $"127.0.0.1:{metrics}",
            "--otlp", Url(receiver, scheme, host) + path, "--otlp-ca", Ca, "--otlp-header", $"authorization=@{_keyFile}", "--otlp-header=X-Scope-OrgID=shop");
        await AskAsync(relay, 5);
        await WaitUntilAsync(() => Task.FromResult(receiver.Spans.Count == 5));
        Assert.All(receiver.Requests, request => Assert.Equal((Key, "shop"), (request.Headers["authorization"], request.Headers["x-scope-orgid"])));
        Assert.Contains(receiver.Requests, request => request.Path == (scheme == "https" ? $"{path}/v1/traces" : "/opentelemetry.proto.collector.trace.v1.TraceService/Export"));

        // The key is known to the two ends only.
        using HttpClient http = new();
        foreach (string page in (string[])["metrics", "config"])
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{metrics}/{page}"), Stop);
            Assert.DoesNotContain(Key, await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Key, await File.ReadAllTextAsync($"/proc/{relay.ProcessId}/cmdline", Stop), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, await relay.EndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpcs", "a", "it does not prove to be 127.0.0.1")]
    [InlineData("https", "a", "it does not prove to be 127.0.0.1")]
    [InlineData("grpcs", "stranger-local", "certificate verify failed")]
    [InlineData("https", "stranger-local", "certificate verify failed")]
    public async Task A_collector_with_a_certificate_for_another_name_or_of_another_authority_gets_nothing(string scheme, string certificate, string why)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(certificate);
        await using Origin origin = await Origin.StartAsync();
        int metrics = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--to", origin.Http1, "--trace-sample", "100", "--metrics", $"127.0.0.1:{metrics}",
            "--otlp", Url(receiver, scheme, "127.0.0.1"), "--otlp-ca", Ca, "--otlp-header", $"authorization=@{_keyFile}");

        // Several attempts fail, and each is counted; the log says so once.
        long dropped = 0;
        for (int round = 0; round < 3; round++)
        {
            await AskAsync(relay, 5);
            long before = dropped;
            await WaitUntilAsync(async () => (dropped = await DroppedAsync(metrics)) > before);
        }

        Assert.Empty(receiver.Requests);
        string log = await relay.EndAsync();
        string line = Assert.Single(log.Split('\n'), static line => line.Contains(" warn ", StringComparison.Ordinal));
        Assert.Contains("telemetry is not taken", line, StringComparison.Ordinal);
        Assert.Contains(why, line, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpcs")]
    [InlineData("https")]
    public async Task A_collector_that_asks_for_a_certificate_gets_it(string scheme)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync("local", clients: "b.test");
        await using Origin origin = await Origin.StartAsync();
        int metrics = Programs.FreePort();
        string[] options = ["--to", origin.Http1, "--trace-sample", "100", "--otlp", Url(receiver, scheme, "localhost"), "--otlp-ca", Ca];
        await using Relay nameless = await Relay.StartAsync([.. options, "--metrics", $"127.0.0.1:{metrics}"]);
        await AskAsync(nameless, 1);
        await WaitUntilAsync(async () => await DroppedAsync(metrics) > 0);
        Assert.Empty(receiver.Requests);
        await using Relay named = await Relay.StartAsync([.. options, "--otlp-cert", TestCertificates.Shared.Path("b.pem"), "--otlp-key", TestCertificates.Shared.Path("b.key")]);
        await AskAsync(named, 5);
        await WaitUntilAsync(() => Task.FromResult(receiver.Spans.Count == 5));
    }

    [Fact]
    public async Task Without_a_file_the_roots_of_the_system_vouch()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync("local");
        await using Origin origin = await Origin.StartAsync();
        await using Relay relay = await Relay.StartWithVariableAsync("SSL_CERT_FILE=" + Ca, ["--to", origin.Http1, "--trace-sample", "100", "--otlp", Url(receiver, "grpcs", "localhost")]);
        await AskAsync(relay, 5);
        await WaitUntilAsync(() => Task.FromResult(receiver.Spans.Count == 5));
    }

    [Fact]
    public async Task The_proxy_of_a_workload_takes_the_same_options()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync("local");
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        await mesh.StartProxyAsync("web-1", "--otlp-header", $"authorization=@{_keyFile}", "--otlp-ca", Ca, "--otlp", Url(receiver, "https", "localhost") + "/otlp");
        await WaitUntilAsync(() => Task.FromResult(!receiver.Metrics.IsEmpty));
        Assert.All(receiver.Requests, static request => Assert.Equal(("/otlp/v1/metrics", Key), (request.Path, request.Headers["authorization"])));
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_ends_the_start_and_is_named()
    {
        string missing = Path.Combine(_folder, "missing");
        foreach ((string option, string value) in ((string, string)[])[("--otlp-ca", missing), ("--otlp-header", $"authorization=@{missing}"), ("--otlp-ca", _keyFile)])
        {
            using Process process = Programs.Start(Programs.Proxy, ["relay", "--listen", $"127.0.0.1:{Programs.FreePort()}", "--to", "127.0.0.1:9", "--otlp", "https://localhost", option, value]);
            string said = await process.StandardError.ReadToEndAsync(Stop);
            await process.WaitForExitAsync(Stop);
            Assert.Equal(65, process.ExitCode);
            Assert.StartsWith($"weft-proxy: {option}: {(value == _keyFile ? _keyFile : missing)}", said, StringComparison.Ordinal);
            Assert.DoesNotContain(Key, said, StringComparison.Ordinal);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal static string Url(OtlpReceiver receiver, string scheme, string host)
        => string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{(scheme == "grpcs" ? receiver.GrpcPort : receiver.HttpPort)}");

    internal static async Task AskAsync(Relay relay, int times)
    {
        using HttpClient http = new();
        for (int i = 0; i < times; i++)
        {
            await http.GetStringAsync(new Uri($"http://{relay.Address}/hello"), Stop);
        }
    }

    internal static async Task<long> DroppedAsync(int metrics)
    {
        using HttpClient http = new();
        string page = await http.GetStringAsync(new Uri($"http://127.0.0.1:{metrics}/metrics"), Stop);
        string? line = page.Split('\n').FirstOrDefault(static line => line.StartsWith("weft_telemetry_dropped_total{sink=\"otlp\"}", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    internal static async Task WaitUntilAsync(Func<Task<bool>> holds)
    {
        for (long until = Environment.TickCount64 + 60_000; !await holds();)
        {
            Assert.True(Environment.TickCount64 < until, "it did not come to pass within a minute");
            await Task.Delay(100, Stop);
        }
    }
}
