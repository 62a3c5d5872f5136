using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Configuration that changes while streams are open.</summary>
public sealed class HotChangeTests
{
    private const string QuietStreamsEnd = """
        apiVersion: weft.mesh/v1
        kind: TrafficPolicy
        metadata: {name: cache}
        spec:
          targetRef: {kind: Service, name: cache}
          timeouts: {idle: 1s}
        """;

    [Fact]
    public async Task A_new_idle_timeout_ends_quiet_streams_that_come_after_it_and_leaves_open_ones_alone()
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task echo = EchoAsync(listener, stop.Token);
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        await mesh.StartProxyAsync("cache-1", "--port", string.Create(CultureInfo.InvariantCulture, $"6379=127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}:tcp"));
        int port = Programs.FreePort();
        await mesh.StartProxyAsync("web-1", "--to", string.Create(CultureInfo.InvariantCulture, $"cache:6379=127.0.0.1:{port}"));

        using TcpClient before = await ConnectAsync(port);
        await mesh.ApplyAsync(QuietStreamsEnd);
        long start = Stopwatch.GetTimestamp();
        while (!await EndsWhenQuietAsync(port))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "no quiet stream ended within 30 s");
        }

        Assert.True(await PingAsync(before), "the stream that was open before the change has ended");
        await stop.CancelAsync();
        await echo;
    }

    /// <summary>A stream that has carried a byte: the service may take a moment to be known.</summary>
    private static async Task<TcpClient> ConnectAsync(int port)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            if (await PingAsync(client))
            {
                return client;
            }

            client.Dispose();
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "no stream came through within 30 s");
        }
    }

    private static async Task<bool> EndsWhenQuietAsync(int port)
    {
        using TcpClient client = await ConnectAsync(port);
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(TimeSpan.FromSeconds(3));
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], late.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> PingAsync(TcpClient client)
    {
        try
        {
            await client.GetStream().WriteAsync("!"u8.ToArray(), TestContext.Current.CancellationToken);
            return await client.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken) == 1;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task EchoAsync(TcpListener listener, CancellationToken stop)
    {
        List<Task> open = [];
        try
        {
            while (true)
            {
                open.Add(CopyBackAsync(await listener.AcceptTcpClientAsync(stop), stop));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private static async Task CopyBackAsync(TcpClient client, CancellationToken stop)
    {
        using (client)
        {
            try
            {
                await client.GetStream().CopyToAsync(client.GetStream(), stop);
            }
            catch (Exception ended) when (ended is IOException or OperationCanceledException)
            {
                // The other side has left, or the test is over.
            }
        }
    }
}
