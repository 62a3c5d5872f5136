using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>The built proxies and control plane together: who they are, what they do when parts of the mesh go.</summary>
public sealed class MeshTests
{
    [Fact]
    public async Task Two_workloads_talk_over_mutual_tls_and_both_sides_count_it()
    {
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        MeshProxy cart = await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1");
        (MeshProxy web, Uri target) = await StartWebAsync(mesh);
        await WaitUntilServedAsync(target);

        using HttpClient http = new();
        Assert.Contains("hello", await http.GetStringAsync(target, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        string[] labels = ["source_identity=\"spiffe://weft.local/ns/shop/svc/web\"", "destination_identity=\"spiffe://weft.local/ns/shop/svc/cart\"", "mtls=\"true\"", "status_class=\"2xx\""];
        double outbound = await web.MetricAsync("weft_requests_total", ["direction=\"outbound\"", .. labels]);
        double inbound = await cart.MetricAsync("weft_requests_total", ["direction=\"inbound\"", .. labels]);
        Assert.True(outbound >= 1, "the caller counted nothing");
        Assert.Equal(outbound, inbound);
        Assert.Equal(["shop/cart-1", "shop/web-1"], (await mesh.StatusAsync()).Proxies.Select(static p => p.Workload).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_the_control_plane_nothing_is_lost_and_a_restarted_proxy_is_ready_within_two_seconds()
    {
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        MeshProxy cart = await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1");
        (MeshProxy web, Uri target) = await StartWebAsync(mesh);
        await WaitUntilServedAsync(target);
        await using (SteadyLoad load = new(target))
        {
            await UntilAsync(() => Task.FromResult(load.Answered > 50), "requests are answered");
            await mesh.KillServerAsync();
            int before = load.Answered;
            await UntilAsync(() => Task.FromResult(load.Answered > before + 200), "requests are answered without the control plane");
            await load.StopAndExpectNothingLostAsync();
        }

        Assert.Equal(0, await web.StopAsync());
        long start = Stopwatch.GetTimestamp();
        await mesh.RestartAsync(web);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        using HttpClient http = new();
        Assert.Contains("hello", await http.GetStringAsync(target, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(0, await web.MetricAsync("weft_control_plane_connected"));

        await mesh.StartServerAsync();
        start = Stopwatch.GetTimestamp();
        await UntilAsync(
            async () => await web.MetricAsync("weft_control_plane_connected") == 1 && await cart.MetricAsync("weft_control_plane_connected") == 1,
            "both proxies are back");
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ending_one_of_two_endpoints_gracefully_loses_nothing(bool withControlPlane)
    {
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        MeshProxy first = await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1");
        MeshProxy second = await mesh.StartProxyAsync("cart-2", "--port", $"8080={origin.Http1}:http1");
        (_, Uri target) = await StartWebAsync(mesh);
        await WaitUntilServedAsync(target);
        await using SteadyLoad load = new(target);
        await UntilAsync(
            async () => await first.MetricAsync("weft_requests_total") > 20 && await second.MetricAsync("weft_requests_total") > 20, "both endpoints are used");
        if (!withControlPlane)
        {
            await mesh.KillServerAsync();
        }

        // Well before the drain's deadline of 30 s: callers go to the other endpoint, so that nothing is left to wait for.
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, await first.StopAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        int before = load.Answered;
        await UntilAsync(() => Task.FromResult(load.Answered > before + 100), "the other endpoint serves");
        await load.StopAndExpectNothingLostAsync();
    }

    [Fact]
    public async Task Certificates_are_renewed_under_load_without_a_loss()
    {
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync("--leaf-ttl", "8s");
        MeshProxy cart = await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1");
        (_, Uri target) = await StartWebAsync(mesh);
        await WaitUntilServedAsync(target);
        string first = await NotAfterAsync(cart);
        await using SteadyLoad load = new(target);
        await UntilAsync(async () => await NotAfterAsync(cart) != first, "the certificate is renewed");
        string second = await NotAfterAsync(cart);
        await UntilAsync(async () => await NotAfterAsync(cart) != second, "it is renewed again");
        await load.StopAndExpectNothingLostAsync();
    }

    [Fact]
    public async Task Nobody_gets_a_byte_through_the_tunnel_without_a_certificate_of_the_mesh()
    {
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        MeshProxy cart = await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1");
        Assert.Equal(0, await KnockAsync(cart.TunnelPort, certificate: null));
        Assert.Equal(0, await KnockAsync(cart.TunnelPort, TestCertificates.Shared.Load("a")));
        Assert.Equal(0, await cart.MetricAsync("weft_requests_total"));
    }

    [Fact]
    public async Task A_token_for_another_service_does_not_let_in_and_says_why()
    {
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        string token = await mesh.IssueTokenAsync("cart");
        (int code, string log) = await mesh.TryJoinAsync("web", token);
        Assert.Equal(4, code);
        Assert.Contains("The join token is for shop/cart, not for shop/web", log, StringComparison.Ordinal);
    }

    private static async Task<(MeshProxy Web, Uri Target)> StartWebAsync(LoopbackMesh mesh)
    {
        string listen = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Programs.FreePort()}");
        MeshProxy web = await mesh.StartProxyAsync("web-1", "--to", "cart:8080=" + listen);
        return (web, new Uri($"http://{listen}/hello"));
    }

    private static async Task<string> NotAfterAsync(MeshProxy proxy)
    {
        using System.Text.Json.JsonDocument config = System.Text.Json.JsonDocument.Parse(await proxy.AdminAsync("/config"));
        return config.RootElement.GetProperty("identity").GetProperty("notAfter").GetString()!;
    }

    /// <summary>Until the endpoint's first health check has reached the caller.</summary>
    private static Task WaitUntilServedAsync(Uri target)
    {
        HttpClient http = new();
        return UntilAsync(
            async () =>
            {
                using HttpResponseMessage answer = await http.GetAsync(target, TestContext.Current.CancellationToken);
                return answer.IsSuccessStatusCode;
            },
            "the service answers");
    }

    internal static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), $"not within 30 s: {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Shakes hands with whatever certificate and asks; the bytes of the answer.</summary>
    private static async Task<int> KnockAsync(int port, System.Security.Cryptography.X509Certificates.X509Certificate2? certificate)
    {
        using TcpClient tcp = new();
        await tcp.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        using SslStream tls = new(tcp.GetStream(), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "cart",
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
                    ClientCertificates = certificate is null ? null : [certificate],
                },
                late.Token);

            // In TLS 1.3 the client is done before the server has judged it: what counts is that nothing comes back.
            await tls.WriteAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"), late.Token);
            return await tls.ReadAsync(new byte[100], late.Token);
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            return 0;
        }
    }
}
