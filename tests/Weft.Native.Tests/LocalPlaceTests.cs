using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Where the applications on either side of a mesh may be: Unix sockets, and whichever loopback address "localhost" was to them.</summary>
public sealed class LocalPlaceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_applications_may_be_behind_Unix_sockets()
    {
        string folder = Directory.CreateTempSubdirectory("weft-sockets-").FullName;
        string near = Path.Combine(folder, "cart.sock");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, "app.sock")));
        listener.Listen();
        Task served = AnswerAsync(listener);
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        await mesh.StartProxyAsync("cart-1", "--port", $"8080=unix:{Path.Combine(folder, "app.sock")}:http1", "--health-path", "/healthz");

        // What another process has left behind is in nobody's way.
        using (Socket stale = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            stale.Bind(new UnixDomainSocketEndPoint(near));
        }

        MeshProxy web = await mesh.StartProxyAsync("web-1", "--to", $"cart:8080=unix:{near}");
        await UntilAnsweredAsync("--unix-socket", near, "http://cart/");
        Assert.Equal(0, await web.StopAsync());
        Assert.False(File.Exists(near), "the socket's file is left");
        listener.Dispose();
        await served;
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_application_that_listens_on_the_loopback_address_of_IPv6_only_is_found()
    {
        using Socket listener = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        int port = Programs.FreePort();
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, port));
        listener.Listen();
        Task served = AnswerAsync(listener);
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        await mesh.StartProxyAsync("cart-1", "--port", $"{port}:http1");
        int near = Programs.FreePort();
        await mesh.StartProxyAsync("web-1", "--to", $"cart:{port}=[::1]:{near}");
        await UntilAnsweredAsync("-g", $"http://[::1]:{near}/");
        listener.Dispose();
        await served;
    }

    private static Task UntilAnsweredAsync(params string[] how) => MeshTests.UntilAsync(
        async () => (await Programs.RunAsync("curl", ["-sS", .. how])).Output == "ok",
        "the application answers");

    /// <summary>Answers "ok" to whoever asks, until the socket is closed.</summary>
    private static async Task AnswerAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                using Socket client = await listener.AcceptAsync(Stop);
                await client.ReceiveAsync(new byte[4096], Stop);
                await client.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"), Stop);
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
    }
}
