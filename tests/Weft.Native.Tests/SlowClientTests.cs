using System.Net;
using System.Net.Sockets;
using System.Text;
using Weft.Testing;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Clients of the built relay that hold on to what they are given, or ask for too much of it.</summary>
public sealed class SlowClientTests
{
    private const int Clients = 100;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [Limit("From the first byte of a head to its last")]
    [InlineData("GET /hello HTTP/1.1\r\nHost: a\r\nx-slow: ", "HEAD_TIMEOUT", "HTTP/1.1 408 ")]
    [InlineData("POST /sum HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nx", "BODY_TOO_SLOW", "HTTP/1.1 408 ")]
    [InlineData("POST /sum HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n", "BODY_TOO_SLOW", "HTTP/1.1 408 ")]
    public async Task Slow_requests_end_in_time(string sent, string reason, string answer)
    {
        await using AttackedRelay attacked = await AttackedRelay.StartAsync();
        string[] answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => AskAsync(attacked.Relay.Port, sent)));
        Assert.All(answers, text => Assert.StartsWith(answer, text, StringComparison.Ordinal));
        await attacked.CountedAsync(reason, Clients);
        await attacked.ExpectUnharmedAsync(growthMb: 24);
    }

    /// <summary>The first is silent, the second sends half a ClientHello, the third a whole one that is none.</summary>
    [Theory]
    [Limit("TLS handshake")]
    [InlineData("", "HANDSHAKE_TIMEOUT")]
    [InlineData("16030100c8010000c40303", "HANDSHAKE_TIMEOUT")]
    [InlineData("1603010005ffffffffff", "DOWNSTREAM_TLS_FAILED")]
    public async Task Handshakes_that_lead_nowhere_end_in_time(string sent, string reason)
    {
        TestCertificates c = TestCertificates.Shared;
        await using AttackedRelay attacked = await AttackedRelay.StartAsync("--listen-cert", c.Path("b.pem"), "--listen-key", c.Path("b.key"));
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => AskAsync(attacked.Relay.Port, Encoding.Latin1.GetString(Convert.FromHexString(sent)))));
        await attacked.CountedAsync(reason, Clients);
        attacked.ExpectGrowthBelow(32);
        (int code, string output, string errors) = await Programs.RunAsync("curl", "-sSk", $"https://{attacked.Relay.Address}/hello");
        Assert.True(code == 0, errors);
        Assert.StartsWith("hello over HTTP/1.1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Windows_that_never_open_cost_no_more_than_their_buffers()
    {
        await using AttackedRelay attacked = await AttackedRelay.StartAsync();

        // SETTINGS_INITIAL_WINDOW_SIZE (4) is 0: no answer may be sent.
        using Http2Attacker attacker = await Http2Attacker.ConnectAsync(attacked.Relay.Port, [0, 4, 0, 0, 0, 0]);
        byte[] ask = [0x82, 0x86, 0x44, 15, .. "/bytes/50000000"u8, 0x41, 1, .. "a"u8];
        await attacker.SendAsync([.. Enumerable.Range(0, 100).SelectMany(i =>
            Http2Attacker.Frame(Http2Attacker.Headers, Http2Attacker.EndHeaders | Http2Attacker.EndStream, (2 * i) + 1, ask))]);

        // 100 streams of 64 KiB, the upstream connections' own buffers, and the base's share. They are still open while the rest is looked at.
        await attacked.ExpectUnharmedAsync(growthMb: 32);
    }

    [Fact]
    [Limit("Buffer of a stream, each direction")]
    public async Task Readers_that_do_not_read_cost_no_more_than_their_buffers()
    {
        // The published cap of a connection is 1 MiB for each direction; what is allowed here is less.
        const int GrowthMb = 64;
        await using AttackedRelay attacked = await AttackedRelay.StartAsync();
        List<TcpClient> clients = [];
        for (int i = 0; i < Clients; i++)
        {
            TcpClient client = new() { ReceiveBufferSize = 4_096 };
            await client.ConnectAsync(IPAddress.Loopback, attacked.Relay.Port, Stop);
            await client.GetStream().WriteAsync("GET /bytes/50000000 HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), Stop);
            clients.Add(client);
        }

        await attacked.ExpectUnharmedAsync(GrowthMb);
        clients.ForEach(static client => client.Dispose());
        await attacked.ExpectUnharmedAsync(GrowthMb);
    }

    [Fact]
    [Limit("Series of one metric family and loop")]
    public async Task Made_up_names_fold_into_a_bounded_number_of_series()
    {
        const int Requests = 20_000;
        await using AttackedRelay attacked = await AttackedRelay.StartAsync();
        StringBuilder text = new();
        for (int i = 0; i < Requests; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{i} /path/{i}?q={i} HTTP/1.1\r\nHost: host{i}.example\r\nx-request-id: {i}\r\n");
            text.Append(i == Requests - 1 ? "Connection: close\r\n\r\n" : "\r\n");
        }

        string answers = await AskAsync(attacked.Relay.Port, text.ToString());
        Assert.Equal(Requests, answers.Split("HTTP/1.1 ").Length - 1);
        string page = await attacked.MetricsAsync();
        Assert.DoesNotContain("host19", page, StringComparison.Ordinal);
        Assert.InRange(page.Split('\n').Length, 10, 5_000);
        await attacked.ExpectUnharmedAsync(growthMb: 24);
    }

    /// <summary>Sends the text and reads until the other side closes.</summary>
    private static async Task<string> AskAsync(int port, string text)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port, Stop);
        NetworkStream stream = client.GetStream();
        Task sending = stream.WriteAsync(Encoding.Latin1.GetBytes(text), Stop).AsTask();
        using MemoryStream answer = new();
        try
        {
            await stream.CopyToAsync(answer, Stop).WaitAsync(TimeSpan.FromSeconds(40), Stop);
            await sending;
        }
        catch (IOException)
        {
            // Reset: what came before counts.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
