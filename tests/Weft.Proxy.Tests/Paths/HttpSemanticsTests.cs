using System.Text;
using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;
using Weft.Proxy.Tests.Testing;
using Weft.Wire.Http2;
using Xunit;
using static Weft.Proxy.Tests.Testing.ScriptedHandler;

namespace Weft.Proxy.Tests.Paths;

/// <summary>What RFC 9110 says, whichever versions meet.</summary>
public sealed class HttpSemanticsTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n";

    [Theory]
    [InlineData("", true)]
    [InlineData("Connection: keep-alive\r\n", false)]
    public void A_client_of_HTTP_1_0_is_told_whether_its_connection_stays(string field, bool closes)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, $"GET / HTTP/1.0\r\n{field}\r\n");
        rig.Send(rig.Origin.Accept(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        string response = rig.Receive(client);
        Assert.Contains(closes ? "connection: close\r\n" : "connection: keep-alive\r\n", response, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(closes, client.HasEnded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_client_of_HTTP_1_0_gets_no_chunks_and_no_interim_answers(bool pair)
    {
        RelayRig rig = new(pair);
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        rig.Send(rig.Origin.Accept(), "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        string response = rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 200 ", response, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", response, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\nabc", response, StringComparison.Ordinal);
        Assert.True(client.HasEnded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_upstream_of_HTTP_1_0_ends_its_body_by_closing(bool pair)
    {
        RelayRig rig = new(pair);
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Send(origin, "HTTP/1.0 200 OK\r\n\r\nuntil the end");
        origin.Close();
        string response = rig.Receive(client);
        Assert.Contains("transfer-encoding: chunked\r\n", response, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\nd\r\nuntil the end\r\n0\r\n\r\n", response, StringComparison.Ordinal);
        Assert.False(client.HasEnded);
    }

    [Fact]
    public void A_switch_of_protocols_that_nobody_asked_for_is_a_502()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        rig.Send(rig.Origin.Accept(), "HTTP/1.1 101 Mine\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 502 ", rig.Receive(client), StringComparison.Ordinal);
    }

    [Fact]
    public void A_switch_to_another_protocol_than_asked_for_is_a_502()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET / HTTP/1.1\r\nHost: shop\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
        rig.Send(rig.Origin.Accept(), "HTTP/1.1 101 Mine\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 502 ", rig.Receive(client), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(204, "GET", "")]
    [InlineData(304, "GET", "5")]
    [InlineData(200, "HEAD", "5")]
    public void An_answer_without_content_that_HTTP2_ends_with_an_empty_frame_leaves_HTTP1_in_step(int status, string method, string length)
    {
        string answers = AskTwice(status, method, length);
        Assert.Equal(2, answers.Split("HTTP/1.1 ").Length - 1);
        Assert.EndsWith("\r\n\r\n", answers, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", answers, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\r\n\r\n0", answers, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_was_never_told_to_continue_is_told_that_its_connection_ends()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "PUT / HTTP/1.1\r\nHost: shop\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
        rig.Send(rig.Origin.Accept(), "HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n");
        string response = rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 413 ", response, StringComparison.Ordinal);
        Assert.Contains("connection: close\r\n", response, StringComparison.OrdinalIgnoreCase);
        Assert.True(client.HasEnded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Early_hints_pass(bool pair)
    {
        RelayRig rig = new(pair);
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Send(origin, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
        string hints = rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 103 ", hints, StringComparison.Ordinal);
        Assert.Contains("link: </a.css>\r\n", hints, StringComparison.OrdinalIgnoreCase);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", rig.Receive(client), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_client_that_has_nothing_more_to_say_gets_its_answer(bool pair)
    {
        RelayRig rig = new(pair);
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        client.ShutdownSend();
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Assert.EndsWith("ok", rig.Receive(client), StringComparison.Ordinal);
        Assert.True(client.HasEnded);
    }

    [Fact]
    public void The_first_block_says_that_there_is_no_dynamic_table()
    {
        (MemoryTransport here, MemoryTransport there, RelayRig rig) = Bare();
        Http2Connection connection = new(there, ConnectionLimits.Default, isServer: false);
        _ = connection.RunAsync(null);
        for (int i = 0; i < 2; i++)
        {
            Http2Stream stream = connection.Open();
            MessageHead head = new();
            head.Method = head.Append("GET"u8);
            head.Path = head.Append("/"u8);
            stream.WriteHead(head);
            stream.WriteEnd(null);
        }

        byte[][] blocks = [.. Frames(rig, here).Where(frame => frame.Type == FrameType.Headers).Select(frame => frame.Payload)];
        Assert.Equal(2, blocks.Length);
        Assert.Equal(0x20, blocks[0][0]);
        Assert.Equal(blocks[1], blocks[0][1..]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_peer_that_answers_no_ping_is_dead(bool answers)
    {
        (MemoryTransport here, MemoryTransport there, RelayRig rig) = Bare();
        Http2Connection connection = new(there, ConnectionLimits.Default, isServer: false) { KeepAliveMs = 10_000 };
        _ = connection.RunAsync(null);
        Frames(rig, here);
        rig.Advance(10_100);
        Assert.Contains(Frames(rig, here), frame => frame.Type == FrameType.Ping);
        if (answers)
        {
            here.TrySend([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x77, 0x65, 0x66, 0x74]);
            rig.Settle();
        }

        rig.Advance(10_100);
        Assert.Equal(!answers, connection.HasEnded);
        Assert.Equal(!answers, here.IsPeerReset);
    }

    private static string AskTwice(int status, string method, string length)
    {
        FanRig fan = new(true, async exchange =>
        {
            WriteHead(exchange, status, length.Length > 0 ? [("content-length", length)] : []);

            // The head goes out alone, so that its end needs a frame of its own.
            Signal later = new(exchange.Loop);
            exchange.Loop.Ready(later.Set);
            await later;
            exchange.WriteEnd(null);
        });
        string request = $"{method} / HTTP/1.1\r\nHost: shop\r\n\r\n";
        return fan.Ask(request + request);
    }

    private static (MemoryTransport Here, MemoryTransport There, RelayRig Rig) Bare()
    {
        RelayRig rig = new();
        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(rig.Loop);
        return (here, there, rig);
    }

    private static List<(FrameType Type, byte[] Payload)> Frames(RelayRig rig, MemoryTransport at)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(rig.Receive(at));
        List<(FrameType, byte[])> frames = [];
        int offset = bytes.AsSpan().StartsWith(FrameHeader.ClientPreface) ? FrameHeader.ClientPreface.Length : 0;
        while (FrameHeader.TryRead(bytes.AsSpan(offset), out FrameHeader header))
        {
            offset += FrameHeader.Size;
            frames.Add((header.Type, bytes[offset..(offset + header.Length)]));
            offset += header.Length;
        }

        return frames;
    }
}
