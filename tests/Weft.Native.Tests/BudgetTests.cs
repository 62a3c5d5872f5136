using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>What a request may cost the built proxy, counted in things that do not depend on the machine or its load: objects and system calls.</summary>
public sealed class BudgetTests
{
    /// <summary>Requests per measurement. The proxy's control thread makes some objects a second whatever the traffic is; so many requests leave them behind.</summary>
    private const int Requests = 40_000;

    /// <summary>The smallest object has 24 bytes: one per three requests would be seen.</summary>
    private const double BytesPerRequestMax = 8;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP/1.1", "--h1", "-c", "16")]
    [InlineData("HTTP/2", "-c", "4", "-m", "8")]
    public async Task A_request_makes_no_objects(string what, params string[] how)
    {
        await using Origin origin = await Origin.StartAsync();
        int admin = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync("--to", what == "HTTP/2" ? origin.Http2 : origin.Http1, "--metrics", Loopback(admin));
        await ExpectNoObjectsAsync([admin], () => LoadAsync(relay, Requests, how));
    }

    [Fact]
    public async Task A_request_through_a_pair_with_mutual_TLS_makes_no_objects()
    {
        await using Origin origin = await Origin.StartAsync();
        int[] admins = [Programs.FreePort(), Programs.FreePort()];
        (Relay near, Relay far) = await Relay.StartPairAsync(
            origin.Http1, ["--metrics", Loopback(admins[0])], ["--metrics", Loopback(admins[1]), "--to-protocol", "http1"]);
        await using Relay one = near;
        await using Relay two = far;
        await ExpectNoObjectsAsync(admins, () => LoadAsync(near, Requests, "--h1", "-c", "16"));
    }

    [Fact]
    public async Task Bytes_of_an_opaque_stream_make_no_objects()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Task echo = EchoAsync(listener);
        int admin = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--to", listener.LocalEndPoint!.ToString()!, "--listen-protocol", "tcp", "--to-protocol", "tcp", "--metrics", Loopback(admin));
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, relay.Port, Stop);
        byte[] message = new byte[128];
        await ExpectNoObjectsAsync([admin], async () =>
        {
            for (int i = 0; i < Requests; i++)
            {
                await client.SendAsync(message, Stop);
                for (int got = 0; got < message.Length;)
                {
                    got += await client.ReceiveAsync(message.AsMemory(got), Stop);
                }
            }
        });
        client.Close();
        await echo;
    }

    [Fact]
    public async Task A_request_takes_the_least_system_calls_that_there_are()
    {
        Assert.True(Programs.Has("strace"), "strace is not installed");
        await using Origin origin = await Origin.StartAsync();
        await using Relay relay = await Relay.StartAsync("--to", origin.Http1);
        await LoadAsync(relay, 100, "--h1", "-c", "1");
        Dictionary<string, long> calls = await Strace.CountAsync(relay.ProcessId, () => LoadAsync(relay, 2_000, "--h1", "-c", "1"));

        // One to receive and one to send on either side, and two waits for the other end: nothing else, whatever the request needs.
        Assert.InRange(PerRequest("recvfrom"), 2.0, 2.05);
        Assert.InRange(PerRequest("sendto"), 2.0, 2.05);
        Assert.InRange(PerRequest("epoll_wait"), 1.0, 2.1);
        Assert.InRange(calls.Values.Sum() / 2_000.0, 5.0, 6.3);

        double PerRequest(string call) => calls.GetValueOrDefault(call) / 2_000.0;
    }

    private static async Task ExpectNoObjectsAsync(int[] admins, Func<Task> load)
    {
        // What is made once is made by now: pools, tables, boxes of methods that wait.
        await load();
        double[] before = [.. await Task.WhenAll(admins.Select(AllocatedAsync))];
        await load();
        double[] after = [.. await Task.WhenAll(admins.Select(AllocatedAsync))];
        Assert.All(before.Zip(after), figures => Assert.InRange((figures.Second - figures.First) / Requests, 0, BytesPerRequestMax));
    }

    private static async Task LoadAsync(Relay relay, int requests, params string[] how)
    {
        (int code, string output, string errors) = await Programs.RunAsync(
            "h2load", [.. how, "-n", requests.ToString(CultureInfo.InvariantCulture), $"http://{relay.Address}/hello"]);
        Assert.True(code == 0 && output.Contains($"{requests} succeeded", StringComparison.Ordinal), output + errors);
    }

    private static async Task<double> AllocatedAsync(int admin)
    {
        using HttpClient http = new();
        string page = await http.GetStringAsync(new Uri($"http://{Loopback(admin)}/metrics"), Stop);
        string line = page.Split('\n').First(text => text.StartsWith("weft_runtime_allocated_bytes_total ", StringComparison.Ordinal));
        return double.Parse(line[(line.IndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    private static async Task EchoAsync(Socket listener)
    {
        using Socket peer = await listener.AcceptAsync(Stop);
        byte[] buffer = new byte[4_096];
        while (await peer.ReceiveAsync(buffer, Stop) is int got and > 0)
        {
            await peer.SendAsync(buffer.AsMemory(0, got), Stop);
        }
    }

    private static string Loopback(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
