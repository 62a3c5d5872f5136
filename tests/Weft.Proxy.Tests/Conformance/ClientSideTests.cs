using System.Text;
using Weft.Proxy.Tests.Testing;
using Weft.Wire.Http2;
using static Weft.Proxy.Tests.Testing.Http2Frames;

namespace Weft.Proxy.Tests.Conformance;

/// <summary>RFC 9113 where it speaks to clients: the proxy before an HTTP/2 upstream that keeps or breaks the rules. What it sends itself is in <see cref="ClientSideRequestTests"/>.</summary>
public sealed class ClientSideTests
{
    private const string Request = "POST /a HTTP/1.1\r\nHost: shop\r\nContent-Length: 3\r\n\r\nabc";
    private const string Fine = "HTTP/1.1 200 ";
    private const string BadGateway = "HTTP/1.1 502 ";

    /// <summary>The answer had begun, and breaks off visibly: the client is reset.</summary>
    private const string Cut = "";

    /// <summary>200, of the static table.</summary>
    private static readonly byte[] s_ok = [0x88];

    private static byte[] Ok(bool ends) => RawHttp2.Frame(FrameType.Headers, (byte)(EndHeaders | (ends ? EndStream : 0)), 1, s_ok);

    private static byte[] Full => RawHttp2.Frame(FrameType.Data, 0, 1, new byte[16_384]);

    private static byte[] Status(string status, bool ends) => Head(1, [(":status", status)], ends);

    /// <summary>What a server sends for the request of stream 1, what the proxy answers it on the connection, and what the client gets.</summary>
    public static TheoryData<string, byte[], string, string> Answers => new()
    {
        { "4.1 frames of unknown types are ignored", [.. RawHttp2.Frame((FrameType)0x42, 0xff, 1, [1]), .. Ok(ends: true)], "", Fine },
        { "4.2 a frame larger than SETTINGS_MAX_FRAME_SIZE is a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Headers, EndHeaders, 1, new byte[16_385]), "GOAWAY:FrameSizeError", BadGateway },
        { "4.3 a field block that does not decode is a COMPRESSION_ERROR", RawHttp2.Frame(FrameType.Headers, EndHeaders, 1, [0x80]), "GOAWAY:CompressionError", BadGateway },
        { "4.3 no other frame comes inside a field block", [.. RawHttp2.Frame(FrameType.Headers, 0, 1, s_ok), .. Data(1, "x")], "GOAWAY:ProtocolError", BadGateway },
        { "5.1 HEADERS on an idle stream are a PROTOCOL_ERROR", Head(3, [(":status", "200")], ends: true), "GOAWAY:ProtocolError", BadGateway },
        { "5.1 DATA on an idle stream is a PROTOCOL_ERROR", Data(3, "x"), "GOAWAY:ProtocolError", BadGateway },
        { "5.1 RST_STREAM on an idle stream is a PROTOCOL_ERROR", Reset(3), "GOAWAY:ProtocolError", BadGateway },
        { "5.1 WINDOW_UPDATE on an idle stream is a PROTOCOL_ERROR", WindowUpdate(3, 1), "GOAWAY:ProtocolError", BadGateway },
        { "5.1.1 a server opens no stream with HEADERS", Head(2, [(":status", "200")], ends: true), "GOAWAY:ProtocolError", BadGateway },
        { "6.1 DATA on stream 0 is a PROTOCOL_ERROR", Data(0, "x"), "GOAWAY:ProtocolError", BadGateway },
        { "6.1 padding is no content", [.. Ok(ends: false), .. RawHttp2.Frame(FrameType.Data, Padded | EndStream, 1, [2, (byte)'x', 0, 0])], "", Fine },
        { "6.3 PRIORITY is ignored", [.. RawHttp2.Frame(FrameType.Priority, 0, 1, Dependency(3)), .. Ok(ends: true)], "", Fine },
        { "6.5 SETTINGS on a stream are a PROTOCOL_ERROR", RawHttp2.Frame(FrameType.Settings, 0, 1, []), "GOAWAY:ProtocolError", BadGateway },
        { "6.5.2 SETTINGS_ENABLE_PUSH of a server may be 0", [.. Settings((2, 0)), .. Ok(ends: true)], "", Fine },
        { "6.5.2 SETTINGS_ENABLE_PUSH of a server that is 1 is a PROTOCOL_ERROR", Settings((2, 1)), "GOAWAY:ProtocolError", BadGateway },
        { "6.5.2 SETTINGS_INITIAL_WINDOW_SIZE above 2^31-1 is a FLOW_CONTROL_ERROR", Settings((4, 0x8000_0000)), "GOAWAY:FlowControlError", BadGateway },
        { "6.5.2 SETTINGS_MAX_FRAME_SIZE below 2^14 is a PROTOCOL_ERROR", Settings((5, 1)), "GOAWAY:ProtocolError", BadGateway },
        { "6.5.2 settings that nobody knows are ignored", [.. Settings((0x99, 1)), .. Ok(ends: true)], "", Fine },
        { "6.6 PUSH_PROMISE is a PROTOCOL_ERROR, because SETTINGS_ENABLE_PUSH is 0", RawHttp2.Frame(FrameType.PushPromise, EndHeaders, 1, [.. RawHttp2.Word(2), .. RawHttp2.Block(RawHttp2.Get())]), "GOAWAY:ProtocolError", BadGateway },
        { "6.5 an acknowledgement with content is a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Settings, Ack, 0, new byte[6]), "GOAWAY:FrameSizeError", BadGateway },
        { "6.5 SETTINGS of seven octets are a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Settings, 0, 0, new byte[7]), "GOAWAY:FrameSizeError", BadGateway },
        { "6.7 an answer to no PING is ignored", [.. RawHttp2.Frame(FrameType.Ping, Ack, 0, new byte[8]), .. Ok(ends: true)], "", Fine },
        { "6.7 PING of nine octets is a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Ping, 0, 0, new byte[9]), "GOAWAY:FrameSizeError", BadGateway },
        { "6.7 PING is answered", [.. RawHttp2.Frame(FrameType.Ping, 0, 0, new byte[8]), .. Ok(ends: true)], "PING", Fine },
        { "6.8 GOAWAY that names the stream lets its answer come", [.. GoAway(1), .. Ok(ends: true)], "", Fine },
        { "6.8 GOAWAY on a stream is a PROTOCOL_ERROR", RawHttp2.Frame(FrameType.GoAway, 0, 1, new byte[8]), "GOAWAY:ProtocolError", BadGateway },
        { "6.9 an increment of 0 for the connection is a PROTOCOL_ERROR", WindowUpdate(0, 0), "GOAWAY:ProtocolError", BadGateway },
        { "6.9 an increment of 0 for the stream is a PROTOCOL_ERROR of the stream", [.. Ok(ends: false), .. WindowUpdate(1, 0)], "RST/1:ProtocolError", Cut },
        { "6.9.1 a window of the stream above 2^31-1 is a FLOW_CONTROL_ERROR of the stream", [.. Ok(ends: false), .. WindowUpdate(1, int.MaxValue)], "RST/1:FlowControlError", Cut },
        { "6.9.1 a window of the connection above 2^31-1 is a FLOW_CONTROL_ERROR", WindowUpdate(0, int.MaxValue), "GOAWAY:FlowControlError", BadGateway },
        { "6.9.1 DATA beyond the window of the stream is a FLOW_CONTROL_ERROR", [.. Ok(ends: false), .. Full, .. Full, .. Full, .. Full, .. Data(1, "x")], "GOAWAY:FlowControlError", Cut },
        { "6.10 CONTINUATION without a block is a PROTOCOL_ERROR", Continuation(1, s_ok), "GOAWAY:ProtocolError", BadGateway },
        { "6.10 CONTINUATION ends the block of HEADERS", [.. RawHttp2.Frame(FrameType.Headers, EndStream, 1, []), .. Continuation(1, s_ok)], "", Fine },
        { "8.1 DATA before HEADERS is malformed", Data(1, "x", ends: true), "RST/1:ProtocolError", BadGateway },
        { "8.1 DATA behind an interim answer is malformed", [.. Status("103", ends: false), .. Data(1, "x", ends: true)], "RST/1:ProtocolError", BadGateway },

        // Both sides have ended the stream, so there is nothing left to reset.
        { "8.1 an interim answer that ends the stream is malformed", Status("103", ends: true), "", BadGateway },
        { "8.1 interim answers come before the final one", [.. Status("103", ends: false), .. Ok(ends: true)], "", Fine },
        { "8.1 HEADERS behind the final ones that do not end the stream are malformed", [.. Ok(ends: false), .. Head(1, [("x", "y")], ends: false)], "RST/1:ProtocolError", Cut },
        { "8.1 a second final answer is malformed", [.. Ok(ends: false), .. Ok(ends: true)], "RST/1:ProtocolError", Cut },
        { "8.1 trailers end an answer", [.. Ok(ends: false), .. Data(1, "x"), .. Head(1, [("x-sum", "y")], ends: true)], "", Fine },
        { "8.1 RST_STREAM with NO_ERROR behind a whole answer takes nothing of it away", [.. Ok(ends: true), .. Reset(1, ErrorCode.NoError)], "", Fine },
        { "8.1 RST_STREAM before the answer is a 502", Reset(1, ErrorCode.InternalError), "", BadGateway },
        { "7 RST_STREAM with a code that nobody knows is one", Reset(1, (ErrorCode)0xdead), "", BadGateway },
        { "8.1.1 an answer shorter than content-length is malformed", [.. Head(1, [(":status", "200"), ("content-length", "2")], ends: false), .. Data(1, "x", ends: true)], "RST/1:ProtocolError", Cut },
        { "8.1.1 an answer longer than content-length is malformed", [.. Head(1, [(":status", "200"), ("content-length", "2")], ends: false), .. Data(1, "xyz")], "RST/1:ProtocolError", Cut },
        { "8.1.1 content-length of 304 is not about its DATA", Head(1, [(":status", "304"), ("content-length", "2")], ends: true), "", "HTTP/1.1 304 " },
        { "8.1.1 DATA of a 304 is malformed", [.. Head(1, [(":status", "304")], ends: false), .. Data(1, "xy", ends: true)], "RST/1:ProtocolError", "HTTP/1.1 304 " },
        { "8.2.1 a name in capitals is malformed", Head(1, [(":status", "200"), ("X", "y")], ends: true), "RST/1:ProtocolError", BadGateway },
        { "8.2.1 a value with a blank at its end is malformed", Head(1, [(":status", "200"), ("x", "y ")], ends: true), "RST/1:ProtocolError", BadGateway },
        { "8.2.2 fields of a connection are malformed", Head(1, [(":status", "200"), ("keep-alive", "5")], ends: true), "RST/1:ProtocolError", BadGateway },
        { "8.3 a pseudo field of requests is malformed", Head(1, [(":status", "200"), (":method", "GET")], ends: true), "RST/1:ProtocolError", BadGateway },
        { "8.3 a pseudo field behind another field is malformed", Head(1, [("x", "y"), (":status", "200")], ends: true), "RST/1:ProtocolError", BadGateway },
        { "8.3 a pseudo field in trailers is malformed", [.. Ok(ends: false), .. Head(1, [(":status", "200")], ends: true)], "RST/1:ProtocolError", Cut },
        { "8.3.2 an answer has a status", Head(1, [("x", "y")], ends: true), "RST/1:ProtocolError", BadGateway },
        { "8.3.2 an answer has one status", Head(1, [(":status", "200"), (":status", "200")], ends: true), "RST/1:ProtocolError", BadGateway },
        { "8.3.2 a status has three digits", Head(1, [(":status", "20")], ends: true), "RST/1:ProtocolError", BadGateway },
        { "8.6 101 does not exist", Status("101", ends: false), "RST/1:ProtocolError", BadGateway },
        { "8441 3 SETTINGS_ENABLE_CONNECT_PROTOCOL does not go back to 0", [.. Settings((8, 1)), .. Settings((8, 0))], "GOAWAY:ProtocolError", BadGateway },
    };

    public static TheoryData<string, byte[], string> Beginnings => new()
    {
        { "3.4 a server begins with SETTINGS, not HEADERS", Ok(ends: true), "GOAWAY:ProtocolError" },
        { "3.4 a server begins with SETTINGS, not PING", [.. RawHttp2.Frame(FrameType.Ping, 0, 0, new byte[8]), .. Settings()], "GOAWAY:ProtocolError" },
        { "3.4 a server that speaks HTTP/1.1 is a PROTOCOL_ERROR", [.. "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8], "GOAWAY:ProtocolError" },
    };

    [Theory]
    [Section("9113 4.1")]
    [Section("9113 4.3")]
    [Section("9113 5.1")]
    [Section("9113 6.5.2")]
    [Section("9113 6.6")]
    [Section("9113 8.1")]
    [Section("9113 8.1.1")]
    [Section("9113 8.3.2")]
    [MemberData(nameof(Answers))]
    public void A_server_keeps_the_rules_or_its_answer_is_none(string rule, byte[] sent, string seen, string answer)
    {
        (RelayRig rig, MemoryTransport client, RawHttp2 server) = Http2Exam.Ask(Request);
        Assert.Equal("HEADERS/1 DATA/1", server.Seen());
        server.Send(sent);
        string found = server.Seen();
        Assert.True(found == seen, $"{rule}: expected '{seen}', found '{found}'");
        Assert.Equal(seen.StartsWith("GOAWAY", StringComparison.Ordinal), server.IsOver);
        string received = rig.Receive(client);
        Assert.True(answer == Cut ? client.IsPeerReset : received.Contains(answer, StringComparison.Ordinal) && !client.IsPeerReset, $"{rule}: {received}");
    }

    [Theory]
    [Section("9113 3.4")]
    [MemberData(nameof(Beginnings))]
    public void A_server_begins_with_SETTINGS(string rule, byte[] sent, string seen)
    {
        (RelayRig rig, MemoryTransport client, RawHttp2 server) = Http2Exam.Ask(Request, opens: false);
        server.Seen();
        server.Send(sent);
        string found = server.Seen();
        Assert.True(found == seen, $"{rule}: expected '{seen}', found '{found}'");
        Assert.True(server.IsOver);
        Assert.StartsWith(BadGateway, rig.Receive(client), StringComparison.Ordinal);
    }

    [Fact]
    [Section("9113 6.5.3")]
    public void SETTINGS_of_the_server_are_acknowledged()
    {
        (_, _, RawHttp2 server) = Http2Exam.Ask(Request);
        Assert.Single(server.Receive(), static frame => frame.Header.Type == FrameType.Settings && frame.Header.Has(FrameFlags.Ack));
        server.Send([.. Settings((4, 5)), .. Settings((4, 6))]);
        Assert.Equal(2, server.Receive().Count(static frame => frame.Header.Type == FrameType.Settings && frame.Header.Has(FrameFlags.Ack)));
    }

    [Fact]
    [Section("9113 5.1")]
    public void What_comes_on_a_stream_that_the_client_has_reset_is_ignored_and_counted_for_the_connection()
    {
        (RelayRig rig, MemoryTransport client, RawHttp2 server) = Http2Exam.Ask(Request);
        server.Seen();
        client.Abort();
        Assert.Equal("RST/1:Cancel", server.Seen());
        server.Send([.. Ok(ends: false), .. Data(1, "x"), .. WindowUpdate(1, 5), .. Head(1, [("x", "y")], ends: true), .. Reset(1)]);
        Assert.Equal("", server.Seen());
        int returned = 0;
        for (int i = 0; i < 128; i++)
        {
            server.Send(RawHttp2.Frame(FrameType.Data, 0, 1, new byte[16_384]));
            returned += server.Receive().Count(static frame => frame.Header.Type == FrameType.WindowUpdate && frame.Header.StreamId == 0);
        }

        Assert.InRange(returned, 3, 5);
        Assert.False(server.IsOver);
        rig.Send(rig.Connect(), Request);
        Assert.Equal("HEADERS/3 DATA/3", server.Seen());
    }

    [Fact]
    [Section("9113 8.1")]
    public void A_whole_answer_counts_although_the_server_wants_no_more_of_the_request()
    {
        (RelayRig rig, MemoryTransport client, RawHttp2 server) = Http2Exam.Ask("POST /a HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\nabc");
        Assert.Equal("HEADERS/1 DATA/1", server.Seen());
        server.Send([.. Ok(ends: false), .. Data(1, "enough", ends: true), .. Reset(1, ErrorCode.NoError)]);
        string received = rig.Receive(client);
        Assert.StartsWith(Fine, received, StringComparison.Ordinal);
        Assert.EndsWith("enough\r\n0\r\n\r\n", received, StringComparison.Ordinal);
        Assert.Equal("", server.Seen());
    }

    [Fact]
    [Section("7541 2.2")]
    public void The_table_of_the_answers_is_one_for_all_streams_of_the_connection()
    {
        (RelayRig rig, MemoryTransport client, RawHttp2 server) = Http2Exam.Ask(Request);
        server.Send(RawHttp2.Frame(FrameType.Headers, EndHeaders | EndStream, 1, [0x88, 0x40, .. RawHttp2.Block(("x-kept", "yes")).AsSpan(1)]));
        Assert.Contains("x-kept: yes\r\n", rig.Receive(client), StringComparison.Ordinal);
        rig.Send(client, Request);
        server.Send(RawHttp2.Frame(FrameType.Headers, EndHeaders | EndStream, 3, [0x88, 0xbe]));
        Assert.Contains("x-kept: yes\r\n", rig.Receive(client), StringComparison.Ordinal);
    }

    [Theory]
    [Section("9113 8.5")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tunnel_that_the_proxy_asked_for_has_no_HEADERS_behind_its_answer(bool ends)
    {
        (RelayRig rig, MemoryTransport client, RawHttp2 server) = Http2Exam.Ask(Http2Exam.Upgrade, takesConnect: true);
        Assert.Equal("HEADERS/1", server.Seen());
        server.Send([.. Ok(ends: false), .. Data(1, "hello")]);
        Assert.EndsWith("\r\n\r\nhello", rig.Receive(client), StringComparison.Ordinal);
        server.Send(Head(1, [("x", "y")], ends));
        Assert.Equal("RST/1:ProtocolError", server.Seen());
        Assert.True(client.IsPeerReset);
    }
}
