using System.Diagnostics;
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

    [Theory]
    [Limit("100 %")]
    [InlineData(24)]
    [InlineData(40)]
    public async Task The_limit_of_the_control_group_bounds_the_memory_and_the_kernel_kills_nobody(int limitMb)
    {
        await using MemoryGroup group = MemoryGroup.Make(limitMb * 1024L * 1024);
        await using AttackedRelay attacked = await AttackedRelay.StartInAsync(group);
        Assert.Equal(0, await attacked.LevelAsync());
        List<TcpClient> clients = [];
        long refused = 0;
        while (refused == 0 && clients.Count < 1_500)
        {
            for (int i = 0; i < 10; i++)
            {
                clients.Add(await StallAsync(attacked.Relay.Port));
            }

            refused = await attacked.RefusalsAsync("OVERLOADED");
        }

        Assert.True(refused > 0, $"none of {clients.Count} clients that take nothing is refused: {attacked.Relay.ResidentKb} KiB of {limitMb * 1024}");

        // Those who come now are refused, or have what collecting has just freed; the kernel would kill who gave them more.
        for (int i = 0; i < 200; i++)
        {
            clients.Add(await StallAsync(attacked.Relay.Port));
        }

        Assert.Equal(0, group.Kills);
        clients.ForEach(static client => client.Dispose());
        await attacked.LevelAsync(static level => level == 0);
        await attacked.ExpectServedAsync();
        Assert.Contains("weft_bugs_total 0\n", await attacked.MetricsAsync(), StringComparison.Ordinal);
        Assert.Equal(0, group.Kills);
    }

    [Fact]
    [Limit("80 %")]
    [Limit("90 %")]
    [Limit("95 %")]
    public async Task Step_by_step_less_is_given_and_all_of_it_again_when_there_is_room()
    {
        await using AttackedRelay attacked = await AttackedRelay.StartWithDescriptorsAsync(256);
        int port = attacked.Relay.Port;
        List<TcpClient> tunnels = [];

        // Two descriptors each, for as long as they are open. The answer on the way up still keeps its connection.
        await FillAsync(attacked, tunnels, level: 1);
        using TcpClient resting = new();
        await resting.ConnectAsync(IPAddress.Loopback, port, Stop);
        Assert.DoesNotContain("connection: close", await ExchangeAsync(resting), StringComparison.OrdinalIgnoreCase);
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, await resting.GetStream().ReadAsync(new byte[1], Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(40), Stop));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "a connection at rest is still given its minute");

        await FillAsync(attacked, tunnels, level: 2);
        string last = await AskAsync(port, keepsAlive: true);
        Assert.StartsWith("HTTP/1.1 200 ", last, StringComparison.Ordinal);
        Assert.Contains("connection: close", last, StringComparison.OrdinalIgnoreCase);

        await FillAsync(attacked, tunnels, level: 3);
        string shed = await AskAsync(port, keepsAlive: true);
        Assert.StartsWith("HTTP/1.1 503 ", shed, StringComparison.Ordinal);
        Assert.Contains("retry-after: 1\r\n", shed, StringComparison.OrdinalIgnoreCase);

        tunnels.ForEach(static tunnel => tunnel.Dispose());
        await attacked.LevelAsync(static level => level == 0);
        using TcpClient again = new();
        await again.ConnectAsync(IPAddress.Loopback, port, Stop);
        Assert.DoesNotContain("connection: close", await ExchangeAsync(again), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Opens tunnels, one by one, until the relay is on a step of its ladder.</summary>
    private static async Task FillAsync(AttackedRelay attacked, List<TcpClient> tunnels, int level)
    {
        while (await attacked.LevelAsync() < level)
        {
            TcpClient tunnel = new();
            tunnels.Add(tunnel);
            await tunnel.ConnectAsync(IPAddress.Loopback, attacked.Relay.Port, Stop);
            await tunnel.GetStream().WriteAsync("GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"u8.ToArray(), Stop);
            string head = await ReadHeadAsync(tunnel);

            // The one that leads to the step of shedding is shed itself.
            Assert.True(head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal) || (level == 3 && head.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal)), head);
            Assert.True(tunnels.Count < 96, $"96 tunnels do not lead to step {level}");
        }

        Assert.Equal(level, await attacked.LevelAsync());
    }

    private static async Task<string> ExchangeAsync(TcpClient client)
    {
        await client.GetStream().WriteAsync("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), Stop);
        return await ReadHeadAsync(client);
    }

    private static async Task<string> ReadHeadAsync(TcpClient client)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await client.GetStream().ReadAsync(one, Stop) == 1)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
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
    private static async Task<string> AskAsync(int port, bool keepsAlive = false)
    {
        using TcpClient client = new();
        using MemoryStream answer = new();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, Stop);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /hello HTTP/1.1\r\nHost: a\r\n{(keepsAlive ? "" : "Connection: close\r\n")}\r\n"), Stop);
            await client.GetStream().CopyToAsync(answer, Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop);
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            // Reset: what came before counts.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
