using System.Net.WebSockets;
using System.Text;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>What a mesh knows of the world around it: endpoints by name, and forward proxies.</summary>
public sealed class OutsideTests
{
    [Fact]
    public async Task A_workload_may_be_a_host_name()
    {
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        string port = origin.Http1[(origin.Http1.LastIndexOf(':') + 1)..];
        await DeclareAsync(mesh, "partner", $"port: 80, targetPort: {port}, appProtocol: http", "localhost");
        int near = Programs.FreePort();
        MeshProxy web = await mesh.StartProxyAsync("web-1", "--to", $"partner:80=127.0.0.1:{near}");
        await MeshTests.UntilAsync(
            async () => (await Programs.RunAsync("curl", "-sS", $"http://127.0.0.1:{near}/hello")).Output.StartsWith("hello over HTTP/1.1", StringComparison.Ordinal), "the name is dialled");
        Assert.True(await web.MetricAsync("weft_requests_total", "destination=\"shop/partner\"", "mtls=\"false\"", "success=\"true\"") >= 1);

        await mesh.ApplyAsync(
            """
            apiVersion: weft.mesh/v1
            kind: Workload
            metadata: {name: partner-1}
            spec: {service: partner, address: nobody.invalid}
            """);
        await MeshTests.UntilAsync(
            async () => (await Programs.RunAsync("curl", "-sS", "-i", $"http://127.0.0.1:{near}/hello")).Output.Contains("NAME_UNRESOLVED", StringComparison.Ordinal), "a name without addresses is told");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forward_proxy_is_a_service_like_any_other(bool meshed)
    {
        Assert.SkipUnless(Programs.Has("tinyproxy"), "tinyproxy is not installed");
        await using Origin origin = await Origin.StartAsync();
        int port = Programs.FreePort();
        await using Background tinyproxy = await Background.StartAsync(port, "tinyproxy", ["-d", "-c", "{config}"], $"Port {port}\nListen 127.0.0.1\nTimeout 30\nMaxClients 20\n");
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        if (meshed)
        {
            await mesh.StartProxyAsync("egress-1", "--port", $"{port}:http-proxy");
        }
        else
        {
            await DeclareAsync(mesh, "egress", $"port: {port}, appProtocol: http-proxy", "127.0.0.1");
        }

        int near = Programs.FreePort();
        MeshProxy web = await mesh.StartProxyAsync("web-1", "--to", $"egress:{port}=127.0.0.1:{near}");
        string[] ask = ["-sS", "-x", $"http://127.0.0.1:{near}", $"http://{origin.Http1}/hello"];
        await MeshTests.UntilAsync(async () => (await Programs.RunAsync("curl", ask)).Output == $"hello over HTTP/1.1 to {origin.Http1}\n", "a request with its whole URI passes");
        (int code, string output, string errors) = await Programs.RunAsync("curl", ["-v", "-p", .. ask]);
        Assert.True(code == 0 && output == $"hello over HTTP/1.1 to {origin.Http1}\n", output + errors);
        (_, string told, string wrong) = await Interop.RunAsync("connect-client.js", $"127.0.0.1:{near}", origin.Http1);
        Assert.True(told == $"200\nhello over HTTP/1.1 to {origin.Http1}\n", told + wrong);
        Assert.True(await web.MetricAsync("weft_requests_total", "protocol=\"tcp\"", $"mtls=\"{(meshed ? "true" : "false")}\"") >= 2);
    }

    /// <summary>The application speaks nothing but HTTP/2, and the caller HTTP/1.1.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_port_that_is_declared_http2_is_spoken_to_in_HTTP_2(bool meshed)
    {
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        if (meshed)
        {
            await mesh.StartProxyAsync("modern-1", "--port", $"80={origin.Http2}:http2");
        }
        else
        {
            await DeclareAsync(mesh, "modern", $"port: 80, targetPort: {origin.Http2[(origin.Http2.LastIndexOf(':') + 1)..]}, appProtocol: kubernetes.io/h2c", "127.0.0.1");
        }

        int near = Programs.FreePort();
        await mesh.StartProxyAsync("web-1", "--to", $"modern:80=127.0.0.1:{near}");
        string answer = "";
        await MeshTests.UntilAsync(
            async () => (answer = (await Programs.RunAsync("curl", "-sS", "--http1.1", $"http://127.0.0.1:{near}/hello")).Output).StartsWith("hello", StringComparison.Ordinal), "the service answers");
        Assert.Equal($"hello over HTTP/2 to 127.0.0.1:{near}\n", answer);
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{near}/socket"), TestContext.Current.CancellationToken);
        await socket.SendAsync("well"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        byte[] echo = new byte[16];
        WebSocketReceiveResult received = await socket.ReceiveAsync(echo, TestContext.Current.CancellationToken);
        Assert.Equal("well", Encoding.UTF8.GetString(echo, 0, received.Count));
    }

    [Fact]
    public async Task A_service_that_is_no_proxy_gets_no_CONNECT()
    {
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1");
        int near = Programs.FreePort();
        await mesh.StartProxyAsync("web-1", "--to", $"cart:8080=127.0.0.1:{near}");
        await MeshTests.UntilAsync(async () => (await Programs.RunAsync("curl", "-sS", $"http://127.0.0.1:{near}/hello")).Output.StartsWith("hello", StringComparison.Ordinal), "the service answers");
        (int code, _, string errors) = await Programs.RunAsync("curl", "-sS", "-p", "-x", $"http://127.0.0.1:{near}", $"http://{origin.Http1}/hello");
        Assert.NotEqual(0, code);
        Assert.Contains("501", errors, StringComparison.Ordinal);
    }

    /// <summary>A service with one workload, named after it, that has no proxy.</summary>
    private static Task DeclareAsync(LoopbackMesh mesh, string service, string port, string address) => mesh.ApplyAsync(
        $$"""
        apiVersion: v1
        kind: Service
        metadata: { name: {{service}} }
        spec: {ports: [{ {{port}} }]}
        ---
        apiVersion: weft.mesh/v1
        kind: Workload
        metadata: {name: {{service}}-1}
        spec: {service: {{service}}, address: {{address}}}
        """);
}
