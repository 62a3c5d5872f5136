using System.Net;
using System.Net.Sockets;
using System.Text;
using Weft.Testing;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>The built relay with fewer descriptors or less memory than its clients ask for: it refuses, answers on its admin port, and lives.</summary>
public sealed class OverloadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Limit("Client connections of a proxy")]
    public async Task A_flood_of_connections_is_reset_and_counted_and_the_metrics_answer()
    {
        await using AttackedRelay attacked = await AttackedRelay.StartWithDescriptorsAsync(256);
        List<TcpClient> clients = [];
        for (int i = 0; i < 400; i++)
        {
            TcpClient client = new();
            clients.Add(client);
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, attacked.Relay.Port, Stop);
            }
            catch (SocketException)
            {
                // Reset before this side has looked.
            }
        }

        // (256 - 64) / 2 have room: as many may have a connection to an upstream each.
        await attacked.CountedAsync("OVERLOADED", 400 - 96);
        Assert.Equal(400 - 96, await attacked.RefusalsAsync("OVERLOADED"));
        clients.ForEach(static client => client.Dispose());
        await attacked.ExpectUnharmedAsync(growthMb: 16);
    }

    [Fact]
    [Limit("100 %")]
    public async Task Clients_that_fill_the_memory_are_refused_and_the_rest_goes_on()
    {
        const int LimitMb = 16;
        await using AttackedRelay attacked = await AttackedRelay.StartAsync("--memory-limit", $"{LimitMb}");
        List<TcpClient> clients = [];
        string answer = "";
        bool isRefused = false;
        for (int i = 0; i < 400 && !isRefused; i++)
        {
            clients.Add(await StallAsync(attacked.Relay.Port));
            answer = await AskAsync(attacked.Relay.Port);
            isRefused = !answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
        }

        Assert.True(isRefused, "400 clients that take nothing do not fill the memory");
        if (answer.Length > 0)
        {
            Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
            Assert.Contains("retry-after: 1\r\n", answer, StringComparison.OrdinalIgnoreCase);
        }

        await attacked.CountedAsync("OVERLOADED");
        Assert.InRange(attacked.Relay.ResidentKb, 0, 2 * LimitMb * 1024);
        clients.ForEach(static client => client.Dispose());
        await attacked.ExpectServedAsync();
    }

    /// <summary>A client that asks for much and takes nothing.</summary>
    private static async Task<TcpClient> StallAsync(int port)
    {
        TcpClient client = new() { ReceiveBufferSize = 4_096 };
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, Stop);
            await client.GetStream().WriteAsync("GET /bytes/50000000 HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), Stop);
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            // There is no room for it.
        }

        return client;
    }

    /// <summary>One request; empty when the connection was reset.</summary>
    private static async Task<string> AskAsync(int port)
    {
        using TcpClient client = new();
        using MemoryStream answer = new();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, Stop);
            await client.GetStream().WriteAsync("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray(), Stop);
            await client.GetStream().CopyToAsync(answer, Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop);
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            // Reset: what came before counts.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
