using System.Text;
using Weft.Proxy.Tests.Testing;
using Weft.Wire.Http2;
using static Weft.Proxy.Tests.Testing.Http2Frames;

namespace Weft.Proxy.Tests.Conformance;

/// <summary>RFC 9113 where it speaks to clients: what the proxy itself sends to an HTTP/2 upstream, and when.</summary>
public sealed class ClientSideRequestTests
{
    private const string Request = "POST /a HTTP/1.1\r\nHost: shop\r\nContent-Length: 3\r\n\r\nabc";

    [Fact]
    [Section("9113 3.4")]
    [Section("9113 6.5.2")]
    [Section("9113 8.4")]
    public void The_client_begins_with_the_preface_and_SETTINGS_that_forbid_push()
    {
        RelayRig rig = new(http2Origin: true);
        rig.Send(rig.Connect(), Request);
        MemoryTransport transport = rig.Origin.Accept();
        byte[] preface = new byte[FrameHeader.ClientPreface.Length];
        Assert.Equal(preface.Length, transport.TryReceive(preface));
        Assert.Equal(FrameHeader.ClientPreface.ToArray(), preface);
        (FrameHeader header, byte[] payload) = new RawHttp2(rig, transport, isServer: true, opens: false).Receive()[0];
        Assert.Equal((FrameType.Settings, FrameFlags.None, 0), (header.Type, header.Flags, header.StreamId));
        Assert.Contains(payload.Chunk(6), static row => row.AsSpan().SequenceEqual((byte[])[0, 2, 0, 0, 0, 0]));
    }

    [Fact]
    [Section("9113 8.2.1")]
    [Section("9113 8.2.2")]
    [Section("9113 8.3.1")]
    public void A_request_has_its_pseudo_fields_first_small_letters_and_no_fields_of_a_connection()
    {
        (_, _, RawHttp2 server) = Http2Exam.Ask("PUT /a?b HTTP/1.1\r\nX-Kept: Yes\r\nHost: shop:81\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nProxy-Connection: close\r\nTE: gzip, trailers\r\nHTTP2-Settings: AAAA\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n");
        List<(FrameHeader Header, byte[] Payload)> frames = [.. server.Receive().Where(static frame => frame.Header.StreamId == 1)];
        Assert.Equal([FrameType.Headers, FrameType.Data, FrameType.Headers], frames.Select(static frame => frame.Header.Type));

        // A table size update; :method by the name of index 2, :scheme http, :path and :authority by the names of 4 and 1.
        byte[] pseudo = [0x20, 0x12, 3, .. "PUT"u8, 0x86, 0x14, 4, .. "/a?b"u8, 0x11, 7, .. "shop:81"u8];
        Assert.Equal(pseudo, frames[0].Payload[..pseudo.Length]);
        string rest = Encoding.Latin1.GetString(frames[0].Payload[pseudo.Length..]);
        Assert.Contains("x-kept", rest, StringComparison.Ordinal);
        foreach (string gone in (string[])["x-hop", "connection", "keep-alive", "host", "http2-settings", "transfer-encoding", "chunked", "gzip"])
        {
            Assert.DoesNotContain(gone, rest, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(RawHttp2.Block(("x-sum", "7"))[1..], frames[2].Payload[1..]);
        Assert.True(frames[2].Header.Has(FrameFlags.EndStream));
    }

    [Theory]
    [Section("9113 8.2.2")]
    [InlineData("TE: gzip\r\n", false)]
    [InlineData("TE: trailers\r\n", true)]
    [InlineData("TE: trailers, gzip;q=0.5\r\nConnection: TE\r\n", false)]
    public void TE_says_trailers_or_nothing(string field, bool passes)
    {
        // A list could be cut down to its trailers; Weft leaves it out as a whole.
        (_, _, RawHttp2 server) = Http2Exam.Ask($"GET /a HTTP/1.1\r\nHost: shop\r\n{field}\r\n");
        byte[] head = server.Receive().Single(static frame => frame.Header.Type == FrameType.Headers).Payload;
        bool hasTe = head.AsSpan().IndexOf((byte[])[2, (byte)'t', (byte)'e']) >= 0;
        Assert.DoesNotContain("gzip", Encoding.Latin1.GetString(head), StringComparison.Ordinal);
        Assert.Equal(passes, hasTe);
        Assert.Equal(passes, head.AsSpan().IndexOf((byte[])[2, (byte)'t', (byte)'e', 8, .. "trailers"u8]) >= 0);
    }

    [Fact]
    [Section("9113 8.3.1")]
    public void OPTIONS_of_the_whole_server_has_a_star_for_its_path()
    {
        (_, _, RawHttp2 server) = Http2Exam.Ask("OPTIONS * HTTP/1.1\r\nHost: shop\r\n\r\n");
        byte[] head = server.Receive().Single(static frame => frame.Header.Type == FrameType.Headers).Payload;
        Assert.True(head.AsSpan().IndexOf((byte[])[0x14, 1, (byte)'*']) > 0);
    }

    [Fact]
    [Section("9113 5.1.1")]
    public void Streams_of_requests_have_odd_numbers_that_rise()
    {
        RelayRig rig = new(http2Origin: true);
        for (int i = 0; i < 5; i++)
        {
            rig.Connect().TrySend(Encoding.ASCII.GetBytes(Request));
        }

        rig.Settle();
        RawHttp2 server = new(rig, rig.Origin.Accept(), isServer: true);
        rig.Send(rig.Connect(), Request);
        Assert.Equal([1, 3, 5, 7, 9, 11], server.Receive().Where(static frame => frame.Header.Type == FrameType.Headers).Select(static frame => frame.Header.StreamId));
        Assert.Equal(1, rig.Origin.Dials);
    }

    [Fact]
    [Section("9113 5.1.1")]
    [Section("8441 3")]
    public void Numbers_rise_also_when_a_request_waits_for_the_settings_and_others_do_not()
    {
        RelayRig rig = new(http2Origin: true);
        rig.Send(rig.Connect(), Http2Exam.Upgrade);
        RawHttp2 server = new(rig, rig.Origin.Accept(), isServer: true, opens: false);

        // Whether extended CONNECT may be sent only the settings can say; a plain request need not wait for them.
        Assert.DoesNotContain(server.Receive(), static frame => frame.Header.Type == FrameType.Headers);
        rig.Send(rig.Connect(), Request);
        int first = server.Receive().Single(static frame => frame.Header.Type == FrameType.Headers).Header.StreamId;
        server.Send(Settings((8, 1)));
        (FrameHeader header, byte[] payload) = server.Receive().Single(static frame => frame.Header.Type == FrameType.Headers);
        Assert.True(header.StreamId > first, $"{header.StreamId} behind {first}");
        Assert.Contains(":protocol", Encoding.Latin1.GetString(payload), StringComparison.Ordinal);
    }

    [Fact]
    [Section("8441 3")]
    public void Extended_CONNECT_is_not_sent_to_a_server_that_does_not_take_it()
    {
        (RelayRig rig, MemoryTransport client, RawHttp2 server) = Http2Exam.Ask(Http2Exam.Upgrade);
        Assert.Equal("", server.Seen());
        Assert.StartsWith("HTTP/1.1 501 ", rig.Receive(client), StringComparison.Ordinal);
    }

    [Fact]
    [Section("9113 5.1.2")]
    public void No_more_streams_are_open_than_the_server_allows()
    {
        RelayRig rig = new(http2Origin: true);
        rig.Send(rig.Connect(), Request);
        RawHttp2 server = new(rig, rig.Origin.Accept(), isServer: true, opens: false);
        server.Send(Settings((3, 1)));
        rig.Send(rig.Connect(), Request);

        // What has no room here gets a connection of its own, which does not know of any bound yet.
        Assert.Equal("HEADERS/1 DATA/1", server.Seen());
        Assert.Equal(2, rig.Origin.Dials);
        server.Send(Head(1, [(":status", "200")], ends: true));
        rig.Send(rig.Connect(), Request);
        Assert.Equal("HEADERS/3 DATA/3", server.Seen());
    }

    [Fact]
    [Section("9113 6.9.1")]
    [Section("9113 6.9.2")]
    public void A_body_keeps_to_both_windows_and_to_changes_of_them()
    {
        RelayRig rig = new(http2Origin: true);
        MemoryTransport client = rig.Connect();
        RawHttp2? server = null;
        rig.Origin.OnAccept = transport => server = new RawHttp2(rig, transport, isServer: true, opens: false);
        rig.Send(client, "POST /a HTTP/1.1\r\nHost: shop\r\nContent-Length: 100000\r\n\r\n");
        server!.Send(Settings((4, 1_000)));
        server.Receive();
        rig.Send(client, new string('a', 100_000));
        Assert.Equal(1_000, Octets(server));
        server.Send(Settings((4, 400)));
        server.Send(WindowUpdate(1, 600));
        Assert.Equal(0, Octets(server));
        server.Send(WindowUpdate(1, 1));
        Assert.Equal(1, Octets(server));
        server.Send(Settings((4, 100_000)));
        Assert.Equal(65_535 - 1_001, Octets(server));
        server.Send(WindowUpdate(0, 34_464));
        Assert.Equal(34_464, Octets(server));
        server.Send(WindowUpdate(0, 1));
        Assert.Equal(1, Octets(server));
    }

    [Fact]
    [Section("9113 4.2")]
    public void No_frame_is_larger_than_the_server_allows()
    {
        (_, _, RawHttp2 server) = Http2Exam.Ask($"POST /a HTTP/1.1\r\nHost: shop\r\nX: {new string('x', 20_000)}\r\nContent-Length: 40000\r\n\r\n{new string('a', 40_000)}");
        List<(FrameHeader Header, byte[] Payload)> frames = server.Receive();
        Assert.All(frames, static frame => Assert.InRange(frame.Header.Length, 0, 16_384));
        Assert.Equal(40_000, frames.Where(static frame => frame.Header.Type == FrameType.Data).Sum(static frame => frame.Header.Length));
        Assert.Single(frames, static frame => frame.Header.Type == FrameType.Continuation && frame.Header.Has(FrameFlags.EndHeaders));
    }

    [Theory]
    [Section("9113 6.8")]
    [Section("9113 8.7")]
    [InlineData("6.8 a request behind the last stream was not processed and is sent again", true)]
    [InlineData("8.7 a request that is refused was not processed and is sent again", false)]
    public void What_a_server_has_not_processed_is_sent_again(string rule, bool byGoAway)
    {
        (RelayRig rig, MemoryTransport client, RawHttp2 server) = Http2Exam.Ask(Request);
        server.Seen();
        server.Send(byGoAway ? GoAway(0) : Reset(1, ErrorCode.RefusedStream));
        RawHttp2 again = byGoAway ? new RawHttp2(rig, rig.Origin.Accept(), isServer: true) : server;
        int stream = byGoAway ? 1 : 3;
        Assert.Equal($"HEADERS/{stream} DATA/{stream}", again.Seen());
        again.Send(Head(stream, [(":status", "200")], ends: true));
        Assert.True(rig.Receive(client).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal), rule);
    }

    [Fact]
    [Section("9113 8.1")]
    [Section("9113 8.2.2")]
    public void Between_two_connections_of_HTTP2_a_message_keeps_its_parts()
    {
        RelayRig rig = new(http2Origin: true);
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send([.. Post(1, ("te", "trailers"), ("priority", "u=1")), .. Data(1, "abc"), .. Head(1, [("x-sum", "1")], ends: true)]);
        RawHttp2 server = new(rig, rig.Origin.Accept(), isServer: true);
        List<(FrameHeader Header, byte[] Payload)> request = [.. server.Receive().Where(static frame => frame.Header.StreamId == 1)];
        Assert.Equal([FrameType.Headers, FrameType.Data, FrameType.Headers], request.Select(static frame => frame.Header.Type));
        Assert.True(request[0].Payload.AsSpan().IndexOf(RawHttp2.Block(("te", "trailers")).AsSpan(1)) > 0);
        Assert.True(request[0].Payload.AsSpan().IndexOf(RawHttp2.Block(("priority", "u=1")).AsSpan(1)) > 0);
        Assert.Equal(RawHttp2.Block(("x-sum", "1"))[1..], request[2].Payload[1..]);
        client.Seen();
        server.Send(Head(1, [(":status", "103")], ends: false));
        Assert.Equal("HEADERS/1", client.Seen());
        server.Send([.. Head(1, [(":status", "200")], ends: false), .. Data(1, "def"), .. Head(1, [("x-end", "2")], ends: true)]);
        List<(FrameHeader Header, byte[] Payload)> answer = [.. client.Receive().Where(static frame => frame.Header.StreamId == 1)];
        Assert.Equal([FrameType.Headers, FrameType.Data, FrameType.Headers], answer.Select(static frame => frame.Header.Type));
        Assert.Equal("def"u8.ToArray(), answer[1].Payload);
        Assert.True(answer[2].Header.Has(FrameFlags.EndStream));
    }

    [Fact]
    [Section("9113 6.8")]
    public void No_stream_is_opened_on_a_connection_behind_GOAWAY()
    {
        (RelayRig rig, _, RawHttp2 server) = Http2Exam.Ask(Request);
        server.Seen();
        server.Send(GoAway(int.MaxValue));
        rig.Send(rig.Connect(), Request);
        Assert.Equal("", server.Seen());
        Assert.Equal(2, rig.Origin.Dials);
    }

    [Fact]
    [Section("9113 5.1")]
    public void A_request_that_is_reset_while_it_waits_for_the_settings_is_not_sent()
    {
        RelayRig rig = new(http2Origin: true);
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Head(1, [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":path", "/feed"), (":authority", "shop")], ends: false));
        RawHttp2 server = new(rig, rig.Origin.Accept(), isServer: true, opens: false);
        Assert.Equal("", server.Seen());
        client.Send(Reset(1));
        server.Send(Settings((8, 1)));

        // A stream that nothing was sent on is idle, so that there is nothing to reset either.
        Assert.Equal("", server.Seen());
        client.Send(Get(3));
        Assert.Equal("HEADERS/3", server.Seen());
    }

    private static int Octets(RawHttp2 server) => server.Receive().Where(static frame => frame.Header.Type == FrameType.Data).Sum(static frame => frame.Header.Length);
}
