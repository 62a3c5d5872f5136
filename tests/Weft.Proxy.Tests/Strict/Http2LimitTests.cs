using System.Globalization;
using Weft.Proxy.Protocols;
using Weft.Proxy.Tests.Testing;
using Weft.Testing;
using Weft.Wire.Http2;
using Xunit;

namespace Weft.Proxy.Tests.Strict;

/// <summary>The rows of docs/reference/limits.md that an HTTP/2 client can meet.</summary>
public sealed class Http2LimitTests
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    [Fact]
    public void A_request_passes()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, RawHttp2.Get("/a"));
        MemoryTransport origin = rig.Origin.Accept();
        Assert.StartsWith("GET /a HTTP/1.1\r\nHost: shop\r\n", rig.Receive(origin), StringComparison.Ordinal);
        rig.Send(origin, Answer);
        Assert.Equal("HEADERS/1 DATA/1", client.Seen());
    }

    [Fact]
    [Limit("Windows")]
    [Limit("Open streams")]
    public void What_is_announced_is_the_limits()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        List<(FrameHeader Header, byte[] Payload)> opening = client.Receive();
        byte[] settings = opening.First(static frame => frame.Header.Type == FrameType.Settings).Payload;
        Dictionary<int, int> announced = settings.Chunk(6).ToDictionary(
            static row => (row[0] << 8) | row[1], static row => (row[2] << 24) | (row[3] << 16) | (row[4] << 8) | row[5]);
        Assert.Equal(100, announced[(int)SettingId.MaxConcurrentStreams]);
        Assert.Equal(64 * 1024, announced[(int)SettingId.InitialWindowSize]);
        Assert.Equal(32 * 1024, announced[(int)SettingId.MaxHeaderListSize]);
        byte[] window = opening.First(static frame => frame.Header.Type == FrameType.WindowUpdate).Payload;
        Assert.Equal((1024 * 1024) - 65_535, (window[0] << 24) | (window[1] << 16) | (window[2] << 8) | window[3]);
    }

    [Theory]
    [Limit("Request line; `:path` in HTTP/2")]
    [InlineData(8 * 1024, "HEADERS/1 DATA/1", "")]
    [InlineData((8 * 1024) + 1, "HEADERS/1 RST/1:NoError", "HEAD_TOO_LARGE=1")]
    public void The_path_is_bounded(int length, string seen, string refused)
        => Check(RawHttp2.Get("/" + new string('a', length - 1)), seen, refused);

    [Theory]
    [Limit("Fields")]
    [InlineData(100, "HEADERS/1 DATA/1", "")]
    [InlineData(101, "HEADERS/1 RST/1:NoError", "HEAD_TOO_LARGE=1")]
    public void The_number_of_fields_is_bounded(int fields, string seen, string refused)
        => Check([.. RawHttp2.Get(), .. Enumerable.Range(0, fields).Select(i => ("x-" + i.ToString(CultureInfo.InvariantCulture), "y"))], seen, refused);

    [Fact]
    [Limit("Bytes of the fields; HTTP/2 counts name + value + 32 each, cookie crumbs included")]
    public void Fields_are_counted_with_32_bytes_each_and_cookie_crumbs_too()
    {
        (string, string)[] crumbs = [.. Enumerable.Range(0, 90).Select(static _ => ("cookie", new string('c', 330)))];
        Check([.. RawHttp2.Get(), .. crumbs], "HEADERS/1 RST/1:NoError", "HEAD_TOO_LARGE=1");
    }

    [Fact]
    [Limit("Bytes of the fields; HTTP/2 counts name + value + 32 each, cookie crumbs included")]
    public void Fields_of_four_times_the_limit_end_the_connection()
    {
        // One entry of 4,000 bytes in the table, then named again and again: 34 bytes that mean 136 KB.
        byte[] entry = [0x40, .. RawHttp2.Block(("x", new string('a', 4_000))).AsSpan(1)];
        byte[] block = [.. RawHttp2.Block(RawHttp2.Get()), .. entry, .. Enumerable.Repeat((byte)0xbe, 34)];
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(RawHttp2.Frame(FrameType.Headers, (byte)(FrameFlags.EndHeaders | FrameFlags.EndStream), 1, block));
        Assert.EndsWith("GOAWAY:EnhanceYourCalm", client.Seen(), StringComparison.Ordinal);
        Assert.True(client.IsOver);
        Assert.Equal("DOWNSTREAM_FLOOD=1", rig.Refused());
        Assert.Equal(0, rig.Origin.Dials);
    }

    [Fact]
    [Limit("Open streams")]
    public void The_hundred_and_first_stream_is_refused_alone()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        for (int stream = 1; stream <= 201; stream += 2)
        {
            client.Headers(stream, RawHttp2.Get());
        }

        Assert.Equal("RST/201:RefusedStream", client.Seen());
        Assert.Equal("OVERLOADED=1", rig.Refused());
        Assert.Equal(100, rig.Origin.Dials);
    }

    [Fact]
    [Limit("From the first byte of a head to its last")]
    public void A_preface_that_does_not_come_ends_the_connection()
    {
        RelayRig rig = new();
        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(rig.Loop);
        _ = new Http2Connection(there, ConnectionLimits.Default, isServer: true).RunAsync(new IgnoringHandler());
        rig.Settle();
        rig.Advance(9_900);
        Assert.False(here.HasEnded);
        rig.Advance(200);
        Assert.True(here.HasEnded);
    }

    [Fact]
    [Limit("From the first byte of a head to its last")]
    public void A_head_in_pieces_must_be_whole_after_ten_seconds()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, RawHttp2.Get(), ends: false);
        client.Send(RawHttp2.Frame(FrameType.Headers, 0, 3, RawHttp2.Block(RawHttp2.Get())));
        rig.Advance(4_000);
        Assert.Empty(client.Seen());
        rig.Advance(7_000);
        Assert.EndsWith("GOAWAY:EnhanceYourCalm", client.Seen(), StringComparison.Ordinal);
    }

    [Fact]
    [Limit("Body of a request, until the answer begins")]
    public void A_body_that_drips_is_a_reset_of_its_stream_alone()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, RawHttp2.Request("POST", "/"), ends: false);
        for (int second = 0; second < 6; second++)
        {
            client.Data(1, "x", ends: false);
            rig.Advance(1_000);
        }

        Assert.Equal("RST/1:Cancel", client.Seen());
        Assert.False(client.IsOver);
        Assert.Equal("BODY_TOO_SLOW=1", rig.Refused());
    }

    [Fact]
    [Limit("Body of a request, until the answer begins")]
    public void A_grpc_stream_may_rest()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, RawHttp2.Request("POST", "/a.B/C", ("content-type", "application/grpc"), ("te", "trailers")), ends: false);
        rig.Advance(3_600_000);
        client.Data(1, "x", ends: false);
        Assert.Empty(client.Seen());
        Assert.EndsWith("1\r\nx\r\n", rig.Receive(rig.Origin.Accept()), StringComparison.Ordinal);
    }

    [Theory]
    [Limit("Windows")]
    [Limit("Buffer of a stream, each direction")]
    [InlineData(64 * 1024, "")]
    [InlineData((64 * 1024) + 1, "GOAWAY:FlowControlError")]
    public void A_stream_may_send_its_window_and_no_more(int size, string seen)
    {
        // The pipe to the origin takes almost nothing, so that no window comes back.
        RelayRig rig = new(capacity: 256 * 1024);
        rig.Origin.OnAccept = static _ => { };
        RawHttp2 client = rig.ConnectRawHttp2();
        rig.Origin.Refuses = null;
        client.Headers(1, RawHttp2.Request("POST", "/", ("content-length", "100000000")), ends: false);
        byte[] all = new byte[size + (((size / 16_384) + 1) * FrameHeader.Size)];
        int at = 0;
        for (int left = size; left > 0;)
        {
            int count = Math.Min(left, 16_384);
            new FrameHeader(count, FrameType.Data, 0, 1).Write(all.AsSpan(at));
            at += FrameHeader.Size + count;
            left -= count;
        }

        // In one piece: the relay reads all of it before it has passed any of it on.
        Assert.Equal(at, client.Transport.TrySend(all.AsSpan(0, at)));
        Assert.Equal(seen, client.Ending());
    }

    [Theory]
    [Limit("Windows")]
    [Limit("Buffer of a connection, each direction")]
    [InlineData(0, "")]
    [InlineData(1, "GOAWAY:FlowControlError")]
    [InlineData(167_424, "GOAWAY:FlowControlError")]
    public void All_streams_together_may_send_the_connections_window_and_no_more(int more, string seen)
    {
        RelayRig rig = new(capacity: 2 * 1024 * 1024);
        RawHttp2 client = rig.ConnectRawHttp2();
        rig.Origin.OnAccept = static _ => { };
        List<byte> all = [];
        int left = (1024 * 1024) + more;
        for (int stream = 1; left > 0; stream += 2)
        {
            all.AddRange(RawHttp2.Frame(FrameType.Headers, (byte)FrameFlags.EndHeaders, stream, RawHttp2.Block(RawHttp2.Request("POST", "/", ("content-length", "100000")))));
            for (int sent = 0; sent < 64 * 1024 && left > 0; sent += 16 * 1024)
            {
                int size = Math.Min(left, 16 * 1024);
                all.AddRange(RawHttp2.Frame(FrameType.Data, 0, stream, new byte[size]));
                left -= size;
            }
        }

        // In one piece: the relay reads all of it before it has passed any of it on.
        Assert.Equal(all.Count, client.Transport.TrySend([.. all]));
        Assert.Equal(seen, client.Ending());
    }

    [Fact]
    [Limit("Age of a client connection")]
    public void An_old_connection_is_asked_to_end_and_its_last_streams_finish()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        int stream = 1;
        string seen = "";
        for (int minutes = 0; minutes < 70 && !seen.Contains("GOAWAY", StringComparison.Ordinal); minutes++, stream += 2)
        {
            client.Headers(stream, RawHttp2.Get());
            MemoryTransport origin = rig.Origin.Accept();
            rig.Receive(origin);
            rig.Send(origin, Answer);
            seen = client.Seen();
            rig.Advance(59_000);
        }

        Assert.InRange(stream / 2, 54, 68);
        Assert.Contains("GOAWAY:NoError", seen, StringComparison.Ordinal);
        Assert.Contains($"DATA/{(stream - 2).ToString(CultureInfo.InvariantCulture)}", seen, StringComparison.Ordinal);
        Assert.Empty(rig.Refused());
    }

    [Fact]
    [Limit("Buffer of a connection, each direction")]
    public void Answers_that_nobody_reads_end_the_connection_before_they_fill_the_memory()
    {
        RelayRig rig = new(capacity: 64 * 1024);
        RawHttp2 client = rig.ConnectRawHttp2();
        string field = new('b', 30_000);
        List<MemoryTransport> origins = [];
        rig.Origin.OnAccept = origins.Add;
        for (int stream = 1; stream < 200; stream += 2)
        {
            client.Headers(stream, RawHttp2.Get());
        }

        foreach (MemoryTransport origin in origins.ToArray())
        {
            origin.TrySend(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx: {field}\r\n\r\n"));
            rig.Settle();
        }

        Assert.True(client.IsOver);
        Assert.Equal("DOWNSTREAM_FLOOD=1", string.Join(' ', rig.Refused().Split(' ').Where(static text => text.Contains("FLOOD", StringComparison.Ordinal))));
        Assert.InRange(rig.Loop.Pool.RentedBytes, 0, 256 * 1024);
    }

    private static void Check((string Name, string Value)[] fields, string seen, string refused)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, fields);
        if (refused.Length == 0)
        {
            MemoryTransport origin = rig.Origin.Accept();
            Assert.StartsWith("GET /", rig.Receive(origin), StringComparison.Ordinal);
            rig.Send(origin, Answer);
        }

        Assert.Equal(seen, client.Seen());
        Assert.Equal(refused, rig.Refused());
        Assert.False(client.IsOver);
        Assert.Equal(refused.Length == 0 ? 1 : 0, rig.Origin.Dials);
    }
}
