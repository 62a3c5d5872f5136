using Weft.Proxy.Protocols;
using Weft.Proxy.Tests.Testing;
using Weft.Wire.Http2;
using static Weft.Proxy.Tests.Testing.Http2Frames;

namespace Weft.Proxy.Tests.Conformance;

/// <summary>RFC 9113, 5: states and numbers of streams, priority, errors and extensions.</summary>
public sealed class Section5StreamsTests
{
    private static byte[] PriorityFrame(int stream, int on) => RawHttp2.Frame(FrameType.Priority, 0, stream, Dependency(on));

    /// <summary>Requests that are not answered, so that their streams stay in the state that the client brings them to.</summary>
    public static TheoryData<string, byte[], string> States => new()
    {
        { "5.1 DATA on an idle stream is a PROTOCOL_ERROR of the connection", Data(1, "x"), "GOAWAY:ProtocolError" },
        { "5.1 RST_STREAM on an idle stream is a PROTOCOL_ERROR of the connection", Reset(1), "GOAWAY:ProtocolError" },
        { "5.1 WINDOW_UPDATE on an idle stream is a PROTOCOL_ERROR of the connection", WindowUpdate(1, 1), "GOAWAY:ProtocolError" },
        { "5.1 CONTINUATION on an idle stream is a PROTOCOL_ERROR of the connection", Continuation(1, []), "GOAWAY:ProtocolError" },
        { "5.1 DATA on an idle stream behind open ones is a PROTOCOL_ERROR", [.. Post(1), .. Data(3, "x")], "GOAWAY:ProtocolError" },
        { "5.1 DATA on an idle stream of the server is a PROTOCOL_ERROR", [.. Post(1), .. Data(2, "x")], "GOAWAY:ProtocolError" },
        { "5.1 RST_STREAM on an idle stream of the server is a PROTOCOL_ERROR", [.. Post(5), .. Reset(2)], "GOAWAY:ProtocolError" },
        { "5.1 WINDOW_UPDATE on an idle stream of the server is a PROTOCOL_ERROR", [.. Post(5), .. WindowUpdate(2, 1)], "GOAWAY:ProtocolError" },
        { "5.1 PRIORITY on an idle stream is no error", PriorityFrame(1, 3), "" },
        { "5.1 open: WINDOW_UPDATE and PRIORITY are no errors", [.. Post(1), .. WindowUpdate(1, 1), .. PriorityFrame(1, 3)], "" },
        { "5.1 half-closed (remote): DATA is a STREAM_CLOSED of the stream", [.. Get(1), .. Data(1, "x", ends: true)], "RST/1:StreamClosed" },
        { "5.1 half-closed (remote): empty DATA is a STREAM_CLOSED of the stream", [.. Get(1), .. Data(1, "", ends: true)], "RST/1:StreamClosed" },
        { "5.1 half-closed (remote) after a body: DATA is a STREAM_CLOSED of the stream", [.. Post(1), .. Data(1, "x", ends: true), .. Data(1, "y", ends: true)], "RST/1:StreamClosed" },
        { "5.1 half-closed (remote): HEADERS are a STREAM_CLOSED of the stream", [.. Get(1), .. Get(1)], "RST/1:StreamClosed" },
        { "5.1 half-closed (remote): trailers are a STREAM_CLOSED of the stream", [.. Get(1), .. Head(1, [("x", "y")], ends: true)], "RST/1:StreamClosed" },

        // 5.1 asks for STREAM_CLOSED, 6.10 for PROTOCOL_ERROR; both are right.
        { "5.1 half-closed (remote): CONTINUATION is a PROTOCOL_ERROR of the connection", [.. Get(1), .. Continuation(1, [])], "GOAWAY:ProtocolError" },
        { "5.1 half-closed (remote): WINDOW_UPDATE and PRIORITY are no errors", [.. Get(1), .. WindowUpdate(1, 1), .. PriorityFrame(1, 3)], "" },
        { "5.1 half-closed (remote): RST_STREAM is no error, and is not answered", [.. Get(1), .. Reset(1)], "" },

        // Frames on closed streams may be errors or be processed minimally (5.1). Weft ignores what could have been on its way, and DATA always.
        { "5.1 closed by RST_STREAM of the client: DATA is ignored", [.. Post(1), .. Reset(1), .. Data(1, "x")], "" },
        { "5.1 closed by RST_STREAM of the client: WINDOW_UPDATE is ignored", [.. Post(1), .. Reset(1), .. WindowUpdate(1, 1)], "" },
        { "5.1 closed by RST_STREAM of the client: RST_STREAM is ignored", [.. Post(1), .. Reset(1), .. Reset(1)], "" },
        { "5.1 closed by RST_STREAM of the client: PRIORITY is ignored", [.. Post(1), .. Reset(1), .. PriorityFrame(1, 3)], "" },
        { "5.1 closed by RST_STREAM of the client: HEADERS are a PROTOCOL_ERROR of the connection", [.. Post(1), .. Reset(1), .. Get(1)], "GOAWAY:ProtocolError" },
        { "5.1 closed by RST_STREAM of the client: CONTINUATION is a PROTOCOL_ERROR of the connection", [.. Post(1), .. Reset(1), .. Continuation(1, [])], "GOAWAY:ProtocolError" },
        { "5.1 closed by RST_STREAM of the server: DATA must be ignored", [.. Malformed(1), .. Data(1, "x"), .. Data(1, "y", ends: true)], "RST/1:ProtocolError" },
        { "5.1 closed by RST_STREAM of the server: trailers must be ignored", [.. Malformed(1), .. Data(1, "x"), .. Head(1, [("x", "y")], ends: true)], "RST/1:ProtocolError" },
        { "5.1 closed by RST_STREAM of the server: WINDOW_UPDATE, RST_STREAM and PRIORITY must be ignored", [.. Malformed(1), .. WindowUpdate(1, 1), .. PriorityFrame(1, 3), .. Reset(1)], "RST/1:ProtocolError" },
        { "5.1.1 a client's stream has an odd number", Get(2), "GOAWAY:ProtocolError" },
        { "5.1.1 stream 0 is no stream", Get(0), "GOAWAY:ProtocolError" },
        { "5.1.1 numbers may be left out", [.. Post(1), .. Post(77)], "" },
        { "5.1.1 a new stream has a higher number than all before it", [.. Post(5), .. Get(3)], "GOAWAY:ProtocolError" },
        { "5.1.1 a new stream has a higher number than one that is over", [.. Post(5), .. Reset(5), .. Get(3)], "GOAWAY:ProtocolError" },
        { "5.1.1 a new stream has a higher number than one that was refused", [.. Malformed(5), .. Get(3)], "RST/5:ProtocolError GOAWAY:ProtocolError" },
        { "5.1.1 numbers are not used twice", [.. Post(1), .. Reset(1), .. Post(1)], "GOAWAY:ProtocolError" },
        { "5.1.1 a new stream closes those below it, on which WINDOW_UPDATE and RST_STREAM are then no errors", [.. Post(5), .. WindowUpdate(3, 1), .. Reset(3)], "" },
        { "5.3.2 a stream that depends on itself is ignored", [.. PriorityFrame(1, 1), .. RawHttp2.Frame(FrameType.Headers, EndHeaders | EndStream | Priority, 1, [.. Dependency(1), .. RawHttp2.Block(RawHttp2.Get())])], "" },
        { "5.3.2 priority in HEADERS is ignored", RawHttp2.Frame(FrameType.Headers, EndHeaders | EndStream | Priority, 1, [.. Dependency(99), .. RawHttp2.Block(RawHttp2.Get())]), "" },
        { "5.4.2 RST_STREAM is not answered with RST_STREAM", [.. Post(1), .. Reset(1, ErrorCode.ProtocolError)], "" },
        { "5.4.2 a stream is reset once, whatever comes then", [.. Get(1), .. Data(1, "x"), .. Data(1, "y"), .. Data(1, "z", ends: true)], "RST/1:StreamClosed" },
        { "5.5 SETTINGS that nobody knows are ignored", Settings((0x9, 1), (0xabcd, uint.MaxValue)), "" },
    };

    /// <summary>Frames on a stream that both sides have ended.</summary>
    public static TheoryData<string, byte[], string> Closed => new()
    {
        { "5.1 closed: DATA is ignored (STREAM_CLOSED would be right as well)", Data(1, "x"), "" },
        { "5.1 closed: WINDOW_UPDATE is ignored", WindowUpdate(1, 1), "" },
        { "5.1 closed: RST_STREAM is ignored", Reset(1), "" },
        { "5.1 closed: PRIORITY is ignored", PriorityFrame(1, 3), "" },
        { "5.1 closed: HEADERS are a PROTOCOL_ERROR of the connection (STREAM_CLOSED would be right as well)", Get(1), "GOAWAY:ProtocolError" },
        { "5.1 closed: CONTINUATION is a PROTOCOL_ERROR of the connection", Continuation(1, []), "GOAWAY:ProtocolError" },
        { "5.1.1 a new stream has a higher number than all before it, also when those are over", [.. Get(5), .. Get(3)], "GOAWAY:ProtocolError" },
    };

    [Theory]
    [Section("9113 5.1")]
    [Section("9113 5.1.1")]
    [Section("9113 5.3.2")]
    [Section("9113 5.4.2")]
    [Section("9113 5.5")]
    [MemberData(nameof(States))]
    public void A_frame_fits_the_state_of_its_stream(string rule, byte[] sent, string seen) => Http2Exam.Client(rule, sent, seen);

    [Theory]
    [Section("9113 5.1")]
    [Section("9113 5.1.1")]
    [MemberData(nameof(Closed))]
    public void A_frame_on_a_stream_that_is_over_changes_nothing_or_ends_the_connection(string rule, byte[] sent, string seen)
        => Http2Exam.ClientAnswered(rule, Get(1), sent, seen);

    [Fact]
    [Section("9113 5.1")]
    public void A_body_that_goes_on_after_the_whole_answer_is_ignored()
    {
        // The stream is half-closed (local), and the server has asked the client to stop with NO_ERROR (8.1).
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Post(1));
        Http2Exam.AnswerNext(rig);
        Assert.Equal("HEADERS/1 DATA/1 RST/1:NoError", client.Seen());
        client.Send([.. Data(1, "more"), .. Head(1, [("x", "y")], ends: true)]);
        Http2Exam.CheckClient("5.1", rig, client, "");
    }

    [Fact]
    [Section("9113 5.1")]
    public void Data_on_a_stream_that_was_reset_comes_back_to_the_window_of_the_connection()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Malformed(1));
        client.Seen();
        int returned = 0;
        for (int i = 0; i < 128; i++)
        {
            Assert.True(client.Send(RawHttp2.Frame(FrameType.Data, 0, 1, new byte[16_384])));
            returned += client.Receive().Where(static frame => frame.Header.Type == FrameType.WindowUpdate && frame.Header.StreamId == 0)
                .Sum(static frame => (frame.Payload[1] << 16) | (frame.Payload[2] << 8) | frame.Payload[3]);
        }

        // Two windows' worth has passed, so the connection lives only if it gave back as it took.
        Assert.False(client.IsOver);
        Assert.Equal(128 * 16_384, returned);
    }

    [Fact]
    [Section("9113 5.1.2")]
    public void One_stream_more_than_allowed_is_refused_and_one_that_ends_makes_room()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2(ConnectionLimits.Default with { StreamsMax = 2 });
        client.Send([.. Post(1), .. Get(3), .. Get(5)]);

        // PROTOCOL_ERROR would be right as well; REFUSED_STREAM says that the request may be sent again.
        Assert.Equal("RST/5:RefusedStream", client.Seen());
        client.Send(Reset(1));
        client.Send(Get(7));
        Assert.Equal(3, rig.Origin.Dials);
        client.Send(Get(9));
        Assert.Equal("RST/9:RefusedStream", client.Seen());
    }

    [Fact]
    [Section("9113 5.1.2")]
    public void A_stream_that_is_reset_makes_room_for_one_in_the_same_packet()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2(ConnectionLimits.Default with { StreamsMax = 2 });
        client.Send([.. Post(1), .. Get(3)]);
        client.Send([.. Reset(1), .. Get(5), .. Reset(1), .. Get(7)]);
        Assert.Equal("RST/7:RefusedStream", client.Seen());
        Assert.Equal(3, rig.Origin.Dials);

        // The room that resets make in one packet is bounded, too.
        client.Send([.. Reset(3), .. Get(9), .. Reset(5), .. Get(11), .. Reset(9), .. Get(13)]);
        Assert.Equal("RST/13:RefusedStream", client.Seen());
        client.Send([.. Reset(11)]);
        client.Send([.. Get(15), .. Get(17)]);
        Assert.Equal("", client.Seen());
        client.Send(Get(19));
        Assert.Equal("RST/19:RefusedStream", client.Seen());
    }

    [Fact]
    [Section("9113 5.1.2")]
    public void A_stream_that_is_half_closed_counts_and_one_that_is_idle_does_not()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2(ConnectionLimits.Default with { StreamsMax = 1 });
        client.Send([.. PriorityFrame(1, 3), .. PriorityFrame(5, 3), .. Get(7), .. Get(9)]);
        Assert.Equal("RST/9:RefusedStream", client.Seen());
        Http2Exam.AnswerNext(rig);
        client.Send(Get(11));
        Http2Exam.AnswerNext(rig);
        Assert.Equal("HEADERS/7 DATA/7 HEADERS/11 DATA/11", client.Seen());
    }

    [Fact]
    [Section("9113 5.4.1")]
    public void A_connection_error_names_the_last_stream_that_was_begun_and_closes_the_connection()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send([.. Post(1), .. Post(7), .. Data(0, "x")]);
        (FrameHeader header, byte[] payload) = client.Receive().Single(static frame => frame.Header.Type == FrameType.GoAway);
        Assert.Equal(0, header.StreamId);
        Assert.Equal(RawHttp2.Word(7), payload[..4]);
        Assert.Equal(RawHttp2.Word((int)ErrorCode.ProtocolError), payload[4..8]);
        Assert.True(client.IsOver);

        // Nobody waits for the answers any more, so nothing of the requests is left open upstream.
        while (rig.Origin.Waiting > 0)
        {
            Assert.Empty(rig.Receive(rig.Origin.Accept()));
        }
    }

    [Fact]
    [Section("9113 5.1")]
    public void A_request_that_is_reset_in_the_same_breath_is_not_sent()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send([.. Post(1), .. Reset(1), .. Get(3), .. Reset(3)]);
        while (rig.Origin.Waiting > 0)
        {
            Assert.Empty(rig.Receive(rig.Origin.Accept()));
        }

        Http2Exam.CheckClient("5.1", rig, client, "");
    }

    [Fact]
    [Section("9113 5.4.2")]
    public void A_stream_error_leaves_the_other_streams_alone()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send([.. Get(1), .. Get(3), .. Data(3, "x"), .. Get(5)]);
        Assert.Equal("RST/3:StreamClosed", client.Seen());
        Http2Exam.AnswerNext(rig);
        Http2Exam.AnswerNext(rig);
        Http2Exam.AnswerNext(rig);
        Assert.Equal("HEADERS/1 DATA/1 HEADERS/5 DATA/5", client.Seen());
    }

    [Theory]
    [Section("9113 5.1")]
    [InlineData(255, "")]
    [InlineData(256, "GOAWAY:ProtocolError")]
    public void The_server_remembers_its_last_256_resets(int more, string seen)
    {
        // Answers that are whole before their requests are: each ends in a reset with NO_ERROR.
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        for (int i = 0; i <= more; i++)
        {
            client.Send(Post(1 + (2 * i)));
            Http2Exam.AnswerNext(rig);
            Assert.EndsWith("NoError", client.Seen(), StringComparison.Ordinal);
        }

        client.Send(Head(1, [("x", "y")], ends: true));
        Http2Exam.CheckClient("5.1 frames may be ignored for a time, and be errors after it", rig, client, seen);
    }

    /// <summary>A request without what one must have, whose body is still to come: the server resets it at once.</summary>
    private static byte[] Malformed(int stream) => Head(stream, [(":method", "POST")], ends: false);
}
