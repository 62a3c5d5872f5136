using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>A relay that gets a new binary while it works.</summary>
public sealed class UpgradeTests : IAsyncLifetime
{
    private Origin _origin = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _origin = await Origin.StartAsync();

    public async ValueTask DisposeAsync() => await _origin.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Twenty_upgrades_in_a_row_lose_no_request_refuse_no_connection_and_go_on_counting(int workers)
    {
        int admin = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--to", _origin.Http1, "--metrics", Local(admin), "--workers", workers.ToString(CultureInfo.InvariantCulture));
        await using UpgradedProcess process = new(admin);
        int first = await process.PidAsync();
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri($"ws://{relay.Address}/socket"), Stop);
        StrictLoad load = new(relay.Port, keepAlive: 4, fresh: 2, http2: 2);
        await using (load)
        {
            double counted = 0;
            for (int i = 0; i < 20; i++)
            {
                int before = load.Answered;
                await UpgradedProcess.UntilAsync(() => Task.FromResult(load.Answered > before + 50), "requests are answered");
                await process.UpgradeAsync();
                double now = await process.MetricAsync("weft_requests_total");
                Assert.True(now >= counted, $"the counter went back from {counted} to {now}");
                counted = now;
                await EchoAsync(socket, i);
            }

            await load.StopAndExpectNothingLostAsync();
        }

        Assert.True(UpgradedProcess.IsAlive(first), "the process of the long stream has gone");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Stop);
        await UpgradedProcess.UntilAsync(() => Task.FromResult(!UpgradedProcess.IsAlive(first)), "the first process ends with its last stream");
        Assert.Equal(0, await relay.WaitAsync(TimeSpan.FromSeconds(5)));
        await UpgradedProcess.UntilAsync(
            async () => await process.MetricAsync("weft_requests_total") >= load.Answered + 1 && await process.MetricAsync("weft_connections_open") == 0,
            "all that was answered is counted, by whichever process");
        Assert.Equal(load.Answered + 1, await process.MetricAsync("weft_requests_total"));
    }

    [Fact]
    public async Task A_stream_of_bytes_stays_with_the_old_process_until_its_deadline()
    {
        using TcpListener echo = new(IPAddress.Loopback, 0);
        echo.Start();
        int admin = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--listen-protocol", "tcp", "--to", echo.LocalEndpoint.ToString()!, "--metrics", Local(admin), "--drain-deadline", "3");
        await using UpgradedProcess process = new(admin);
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, relay.Port, Stop);
        using TcpClient server = await echo.AcceptTcpClientAsync(Stop);
        await PassAsync(client, server, "before");
        long start = Stopwatch.GetTimestamp();
        await process.UpgradeAsync();
        await PassAsync(client, server, "after one");
        await process.UpgradeAsync();
        await PassAsync(server, client, "after two");
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], Stop).AsTask().ContinueWith(static t => t.IsFaulted ? 0 : t.Result, TaskScheduler.Default));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(2.8), TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("exec sleep 600", "it was not ready in 2 s")]
    [InlineData("exit 3", "it ended")]
    [InlineData("", "Exec format error")]
    public async Task A_broken_binary_changes_nothing_and_is_told(string script, string why)
    {
        string folder = Directory.CreateTempSubdirectory("weft-upgrade-").FullName;
        string program = Path.Combine(folder, "weft-proxy");
        await Programs.PlaceAsync(Programs.Proxy, program);
        int admin = Programs.FreePort();
        int port = Programs.FreePort();
        using Process running = Programs.Start(program, ["relay", "--listen", Local(port), "--to", _origin.Http1, "--metrics", Local(admin), "--upgrade-timeout", "2"]);
        await using UpgradedProcess process = new(admin);
        try
        {
            Assert.StartsWith("weft-proxy relay ready", await running.StandardOutput.ReadLineAsync(Stop), StringComparison.Ordinal);
            await using StrictLoad load = new(port, keepAlive: 2, fresh: 1, http2: 1);
            int pid = await process.PidAsync();
            await ReplaceAsync(program, script);
            await ControlPlane.Signal(pid, "USR2");
            await UpgradedProcess.UntilAsync(async () => (await process.StatusAsync()).State == "failed", "the upgrade fails");
            (int still, _, string told, _) = await process.StatusAsync();
            Assert.Equal(pid, still);
            Assert.Contains(why, told, StringComparison.Ordinal);

            await Programs.PlaceAsync(Programs.Proxy, program);
            int before = load.Answered;
            await process.UpgradeAsync();
            await UpgradedProcess.UntilAsync(() => Task.FromResult(load.Answered > before + 50), "requests are answered");
            await load.StopAndExpectNothingLostAsync();
        }
        finally
        {
            running.Kill();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Puts another program under the name: a script, or bytes that are no program.</summary>
    private static async Task ReplaceAsync(string program, string script)
    {
        string text = program + ".text";
        await File.WriteAllTextAsync(text, script.Length > 0 ? "#!/bin/sh\n" + script + "\n" : "\u007fELF and nothing behind it", Stop);
        File.SetUnixFileMode(text, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await Programs.PlaceAsync(text, program);
    }

    private static async Task EchoAsync(ClientWebSocket socket, int number)
    {
        byte[] sent = [(byte)number, 1, 2, 3];
        await socket.SendAsync(sent, WebSocketMessageType.Binary, endOfMessage: true, Stop);
        byte[] received = new byte[16];
        WebSocketReceiveResult result = await socket.ReceiveAsync(received, Stop);
        Assert.Equal(sent, received[..result.Count]);
    }

    private static async Task PassAsync(TcpClient from, TcpClient to, string text)
    {
        await from.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(text), Stop);
        byte[] received = new byte[text.Length];
        await to.GetStream().ReadExactlyAsync(received, Stop);
        Assert.Equal(text, System.Text.Encoding.ASCII.GetString(received));
    }

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
