using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Xunit;
using static Weft.Native.Tests.OtlpTlsTests;

namespace Weft.Native.Tests;

/// <summary>The built proxy and collectors in whose surroundings something changes: certificates and keys are exchanged, a host vanishes; and one that speaks something else.</summary>
public sealed class OtlpChangeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weft-otlp-change-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("grpcs")]
    [InlineData("https")]
    public async Task Roots_certificate_and_key_that_are_exchanged_are_used_without_a_restart(string scheme)
    {
        (string ca, string certificate, string key, string token) = (In("ca.pem"), In("cert.pem"), In("cert.key"), In("token"));
        Exchange("stranger-ca.pem", ca);
        Exchange("a.pem", certificate);
        Exchange("a.key", key);
        await File.WriteAllTextAsync(token, "Bearer of-before", Stop);
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync("local", clients: "b.test");
        await using Origin origin = await Origin.StartAsync();
        int metrics = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--to", origin.Http1, "--trace-sample", "100", "--metrics", $"127.0.0.1:{metrics}", "--otlp", Url(receiver, scheme, "localhost"),
            "--otlp-ca", ca, "--otlp-cert", certificate, "--otlp-key", key, "--otlp-header", $"authorization=@{token}");
        await AskAsync(relay, 1);
        await WaitUntilAsync(async () => await DroppedAsync(metrics) > 0);
        Assert.Empty(receiver.Requests);

        Exchange("ca.pem", ca);
        Exchange("b.pem", certificate);
        Exchange("b.key", key);
        await File.WriteAllTextAsync(token, "Bearer of-after", Stop);
        await WaitUntilAsync(async () =>
        {
            await AskAsync(relay, 1);
            return !receiver.Spans.IsEmpty;
        });
        Assert.All(receiver.Requests, static request => Assert.Equal("Bearer of-after", request.Headers["authorization"]));

        // A certificate without its key changes nothing, and is told once.
        Exchange("a.pem", certificate);
        int before = receiver.Spans.Count;
        Stopwatch watch = Stopwatch.StartNew();
        await WaitUntilAsync(async () =>
        {
            await AskAsync(relay, 1);
            return receiver.Spans.Count > before && watch.Elapsed > TimeSpan.FromSeconds(5);
        });
        string log = await relay.EndAsync();
        Assert.Single(log.Split('\n'), line => line.Contains("telemetry goes on with what was read before", StringComparison.Ordinal) && line.Contains(key, StringComparison.Ordinal));
        Assert.DoesNotContain("Bearer", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http")]
    public async Task Telemetry_goes_on_soon_after_the_host_of_a_collector_has_vanished(string scheme)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using CuttableLink link = new();
        link.LeadTo(scheme == "grpc" ? receiver.GrpcPort : receiver.HttpPort);
        await using Origin origin = await Origin.StartAsync();
        await using Relay relay = await Relay.StartAsync("--to", origin.Http1, "--trace-sample", "100", "--otlp", $"{scheme}://{link.Address}");
        await AskAsync(relay, 1);
        await WaitUntilAsync(() => Task.FromResult(!receiver.Spans.IsEmpty));
        int before = receiver.Spans.Count;
        link.Freeze();
        Stopwatch watch = Stopwatch.StartNew();
        await WaitUntilAsync(async () =>
        {
            await AskAsync(relay, 1);
            return receiver.Spans.Count > before;
        });

        // Ten seconds for the request that vanished too, and what a busy machine adds.
        Assert.InRange(watch.Elapsed.TotalSeconds, 5, 25);
    }

    [Fact]
    public async Task A_server_that_does_not_choose_HTTP_2_gets_no_call_and_is_named()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        ConcurrentQueue<int> received = [];
        Task serving = ServeAsync(listener, received);
        await using Origin origin = await Origin.StartAsync();
        int metrics = Programs.FreePort();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using Relay relay = await Relay.StartAsync(
            "--to", origin.Http1, "--trace-sample", "100", "--metrics", $"127.0.0.1:{metrics}",
            "--otlp", string.Create(CultureInfo.InvariantCulture, $"grpcs://localhost:{port}"), "--otlp-ca", TestCertificates.Shared.Path("ca.pem"));
        await AskAsync(relay, 1);
        await WaitUntilAsync(async () => await DroppedAsync(metrics) > 0);
        string log = await relay.EndAsync();
        listener.Stop();
        await serving;
        Assert.Contains("the server does not choose h2 by ALPN but nothing; does it speak HTTP/2 there?", log, StringComparison.Ordinal);
        Assert.All(received, static length => Assert.Equal(0, length));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(string name) => Path.Combine(_folder, name);

    /// <summary>As tools do it: written beside, and renamed.</summary>
    private static void Exchange(string certificate, string place)
    {
        File.Copy(TestCertificates.Shared.Path(certificate), place + ".new", overwrite: true);
        File.Move(place + ".new", place, overwrite: true);
    }

    /// <summary>TLS without ALPN; what comes behind the handshake is counted.</summary>
    private static async Task ServeAsync(TcpListener listener, ConcurrentQueue<int> received)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(Stop);
                await using SslStream tls = new(client.GetStream());
                try
                {
                    await tls.AuthenticateAsServerAsync(TestCertificates.Shared.Load("local"));
                    received.Enqueue(await tls.ReadAsync(new byte[100], Stop));
                }
                catch (Exception over) when (over is IOException or AuthenticationException)
                {
                    // Broken off behind the handshake: nothing was said.
                }
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
