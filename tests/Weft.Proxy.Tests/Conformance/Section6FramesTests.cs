using Weft.Proxy.Tests.Testing;
using Weft.Wire.Http2;
using static Weft.Proxy.Tests.Testing.Http2Frames;

namespace Weft.Proxy.Tests.Conformance;

/// <summary>RFC 9113, 6 and 7: what each type of frame may be. Windows have <see cref="Section6FlowControlTests"/> of their own.</summary>
public sealed class Section6FramesTests
{
    public static TheoryData<string, byte[], string> Definitions => new()
    {
        { "6.1 DATA on stream 0 is a PROTOCOL_ERROR", Data(0, "x"), "GOAWAY:ProtocolError" },
        { "6.1 padding as long as the payload is a PROTOCOL_ERROR", [.. Post(1), .. RawHttp2.Frame(FrameType.Data, Padded, 1, [5, 1, 2, 3, 4])], "GOAWAY:ProtocolError" },
        { "6.1 padding longer than the payload is a PROTOCOL_ERROR", [.. Post(1), .. RawHttp2.Frame(FrameType.Data, Padded, 1, [255, 1])], "GOAWAY:ProtocolError" },
        { "6.1 padding that is all there is passes", [.. Post(1), .. RawHttp2.Frame(FrameType.Data, Padded, 1, [4, 0, 0, 0, 0])], "" },
        { "6.1 a pad length without padding passes", [.. Post(1), .. RawHttp2.Frame(FrameType.Data, Padded, 1, [0])], "" },
        { "6.1 padding of other octets than 0 may be refused, and is ignored", [.. Post(1), .. RawHttp2.Frame(FrameType.Data, Padded, 1, [1, (byte)'x', 0xff])], "" },
        { "4.2 DATA too short for its pad length is a FRAME_SIZE_ERROR", [.. Post(1), .. RawHttp2.Frame(FrameType.Data, Padded, 1, [])], "GOAWAY:FrameSizeError" },
        { "6.2 HEADERS on stream 0 are a PROTOCOL_ERROR", Head(0, RawHttp2.Get(), ends: true), "GOAWAY:ProtocolError" },
        { "6.2 HEADERS with padding longer than what is left are a PROTOCOL_ERROR", RawHttp2.Frame(FrameType.Headers, EndHeaders | EndStream | Padded, 1, [200, .. RawHttp2.Block(RawHttp2.Get())]), "GOAWAY:ProtocolError" },
        { "6.2 HEADERS with padding that reaches into the priority are a PROTOCOL_ERROR", RawHttp2.Frame(FrameType.Headers, EndHeaders | Padded | Priority, 1, [1, .. Dependency(3)]), "GOAWAY:ProtocolError" },
        { "4.2 HEADERS too short for their pad length are a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Headers, EndHeaders | Padded, 1, []), "GOAWAY:FrameSizeError" },
        { "4.2 HEADERS too short for their priority are a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Headers, EndHeaders | Priority, 1, [0, 0, 0, 3]), "GOAWAY:FrameSizeError" },
        { "4.2 HEADERS with padding too short for their priority are a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Headers, EndHeaders | Padded | Priority, 1, [0, 0, 0, 0, 3]), "GOAWAY:FrameSizeError" },
        { "6.2 HEADERS with padding and priority pass", RawHttp2.Frame(FrameType.Headers, EndHeaders | EndStream | Padded | Priority, 1, [2, .. Dependency(3), .. RawHttp2.Block(RawHttp2.Get()), 0, 0]), "" },
        { "6.2 HEADERS that do not end the block are not acted on before it ends", RawHttp2.Frame(FrameType.Headers, EndHeaders, 1, RawHttp2.Block(RawHttp2.Request("POST", "/"))), "" },
        { "6.3 PRIORITY on stream 0 is a PROTOCOL_ERROR", RawHttp2.Frame(FrameType.Priority, 0, 0, Dependency(1)), "GOAWAY:ProtocolError" },

        // The RFC makes it an error of the stream, which may always be treated as one of the connection (5.4.1).
        { "6.3 PRIORITY of four octets is a FRAME_SIZE_ERROR", [.. Post(1), .. RawHttp2.Frame(FrameType.Priority, 0, 1, new byte[4])], "GOAWAY:FrameSizeError" },
        { "6.3 PRIORITY of six octets is a FRAME_SIZE_ERROR", [.. Post(1), .. RawHttp2.Frame(FrameType.Priority, 0, 1, new byte[6])], "GOAWAY:FrameSizeError" },
        { "6.4 RST_STREAM on stream 0 is a PROTOCOL_ERROR", Reset(0), "GOAWAY:ProtocolError" },
        { "6.4 RST_STREAM of three octets is a FRAME_SIZE_ERROR", [.. Post(1), .. RawHttp2.Frame(FrameType.RstStream, 0, 1, new byte[3])], "GOAWAY:FrameSizeError" },
        { "6.4 RST_STREAM of five octets is a FRAME_SIZE_ERROR", [.. Post(1), .. RawHttp2.Frame(FrameType.RstStream, 0, 1, new byte[5])], "GOAWAY:FrameSizeError" },
        { "7 RST_STREAM with a code that nobody knows is a reset", [.. Post(1), .. Reset(1, (ErrorCode)0xdead)], "" },
        { "6.5 SETTINGS on a stream are a PROTOCOL_ERROR", [.. Post(1), .. RawHttp2.Frame(FrameType.Settings, 0, 1, [])], "GOAWAY:ProtocolError" },
        { "6.5 an acknowledgement with content is a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Settings, Ack, 0, new byte[6]), "GOAWAY:FrameSizeError" },
        { "6.5 SETTINGS of three octets are a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Settings, 0, 0, new byte[3]), "GOAWAY:FrameSizeError" },
        { "6.5 SETTINGS of seven octets are a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Settings, 0, 0, new byte[7]), "GOAWAY:FrameSizeError" },
        { "6.5.2 SETTINGS_ENABLE_PUSH of 2 is a PROTOCOL_ERROR", Settings((2, 2)), "GOAWAY:ProtocolError" },
        { "6.5.2 SETTINGS_ENABLE_PUSH of a client may be 1", Settings((2, 1)), "" },
        { "6.5.2 SETTINGS_INITIAL_WINDOW_SIZE of 2^31 is a FLOW_CONTROL_ERROR", Settings((4, 0x8000_0000)), "GOAWAY:FlowControlError" },
        { "6.5.2 SETTINGS_INITIAL_WINDOW_SIZE may be 2^31-1", Settings((4, 0x7fff_ffff)), "" },
        { "6.5.2 SETTINGS_MAX_FRAME_SIZE below 2^14 is a PROTOCOL_ERROR", Settings((5, 16_383)), "GOAWAY:ProtocolError" },
        { "6.5.2 SETTINGS_MAX_FRAME_SIZE of 2^24 is a PROTOCOL_ERROR", Settings((5, 16_777_216)), "GOAWAY:ProtocolError" },
        { "6.5.2 SETTINGS_MAX_FRAME_SIZE may be 2^24-1", Settings((5, 16_777_215)), "" },
        { "6.5.2 SETTINGS_MAX_CONCURRENT_STREAMS of 0 forbids no request", Settings((3, 0)), "" },
        { "6.5.2 SETTINGS_MAX_HEADER_LIST_SIZE is advice", Settings((6, 1)), "" },
        { "6.5.2 settings that nobody knows are ignored, and those behind them are not", Settings((0xff, 7), (5, 16_383)), "GOAWAY:ProtocolError" },
        { "6.5.3 an acknowledgement is not acknowledged", RawHttp2.Frame(FrameType.Settings, Ack, 0, []), "" },
        { "6.6 a client cannot push", [.. Post(1), .. RawHttp2.Frame(FrameType.PushPromise, EndHeaders, 1, [.. RawHttp2.Word(2), .. RawHttp2.Block(RawHttp2.Get())])], "GOAWAY:ProtocolError" },
        { "6.7 PING is answered", RawHttp2.Frame(FrameType.Ping, 0, 0, new byte[8]), "PING" },
        { "6.7 an answer to PING is not answered", RawHttp2.Frame(FrameType.Ping, Ack, 0, new byte[8]), "" },
        { "6.7 PING on a stream is a PROTOCOL_ERROR", [.. Post(1), .. RawHttp2.Frame(FrameType.Ping, 0, 1, new byte[8])], "GOAWAY:ProtocolError" },
        { "6.7 PING of seven octets is a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Ping, 0, 0, new byte[7]), "GOAWAY:FrameSizeError" },
        { "6.7 PING of nine octets is a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Ping, 0, 0, new byte[9]), "GOAWAY:FrameSizeError" },
        { "6.7 an answer to PING of nine octets is a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.Ping, Ack, 0, new byte[9]), "GOAWAY:FrameSizeError" },
        { "6.8 GOAWAY on a stream is a PROTOCOL_ERROR", [.. Post(1), .. RawHttp2.Frame(FrameType.GoAway, 0, 1, new byte[8])], "GOAWAY:ProtocolError" },
        { "4.2 GOAWAY of seven octets is a FRAME_SIZE_ERROR", RawHttp2.Frame(FrameType.GoAway, 0, 0, new byte[7]), "GOAWAY:FrameSizeError" },
        { "6.8 GOAWAY of a client ends neither its requests nor the connection", [.. Post(1), .. GoAway(0)], "" },
        { "6.8 GOAWAY may carry data for people", RawHttp2.Frame(FrameType.GoAway, 0, 0, [.. new byte[8], .. "good bye"u8]), "" },
        { "7 GOAWAY with a code that nobody knows is a GOAWAY", GoAway(0, (ErrorCode)0xdead), "" },
        { "6.10 CONTINUATION behind HEADERS that were whole is a PROTOCOL_ERROR", [.. Post(1), .. Continuation(1, RawHttp2.Block(("x", "y")))], "GOAWAY:ProtocolError" },
        { "6.10 CONTINUATION behind CONTINUATION that was the last is a PROTOCOL_ERROR", [.. Part(1), .. Continuation(1, []), .. Continuation(1, [])], "GOAWAY:ProtocolError" },
        { "6.10 CONTINUATION behind DATA is a PROTOCOL_ERROR", [.. Post(1), .. Data(1, "x"), .. Continuation(1, [])], "GOAWAY:ProtocolError" },
        { "6.10 CONTINUATION of another stream is a PROTOCOL_ERROR", [.. Part(1), .. Continuation(3, [])], "GOAWAY:ProtocolError" },
        { "6.10 CONTINUATION on stream 0 is a PROTOCOL_ERROR", [.. Part(1), .. Continuation(0, [])], "GOAWAY:ProtocolError" },
        { "6.10 CONTINUATION on stream 0 is a PROTOCOL_ERROR without a block as well", Continuation(0, []), "GOAWAY:ProtocolError" },
        { "6.10 CONTINUATION may be empty, and may come several times", [.. Part(1), .. Continuation(1, [], ends: false), .. Continuation(1, RawHttp2.Block(("x", "y")), ends: false), .. Continuation(1, [])], "" },
        { "6.10 CONTINUATION has no padding: the flag means nothing", [.. Part(1), .. RawHttp2.Frame(FrameType.Continuation, EndHeaders | Padded, 1, RawHttp2.Block(("x", "y")))], "" },
        { "9218 7.1 PRIORITY_UPDATE is ignored", RawHttp2.Frame((FrameType)0x10, 0, 0, [.. RawHttp2.Word(1), .. "u=1"u8]), "" },
        { "9218 2.1 SETTINGS_NO_RFC7540_PRIORITIES is ignored", Settings((9, 1)), "" },
        { "8441 3 SETTINGS_ENABLE_CONNECT_PROTOCOL of 2 is a PROTOCOL_ERROR", Settings((8, 2)), "GOAWAY:ProtocolError" },
        { "8441 3 SETTINGS_ENABLE_CONNECT_PROTOCOL does not go back to 0", [.. Settings((8, 1)), .. Settings((8, 0))], "GOAWAY:ProtocolError" },
        { "8441 3 SETTINGS_ENABLE_CONNECT_PROTOCOL of a client means nothing", Settings((8, 1)), "" },
    };

    [Theory]
    [Section("9113 6.1")]
    [Section("9113 6.2")]
    [Section("9113 6.3")]
    [Section("9113 6.4")]
    [Section("9113 6.5")]
    [Section("9113 6.5.2")]
    [Section("9113 6.6")]
    [Section("9113 6.7")]
    [Section("9113 6.8")]
    [Section("9113 6.10")]
    [Section("9113 7")]
    [MemberData(nameof(Definitions))]
    public void A_frame_is_what_its_type_says(string rule, byte[] sent, string seen) => Http2Exam.Client(rule, sent, seen);

    [Fact]
    [Section("9113 6.1")]
    [Section("9113 6.2")]
    public void Padding_and_priority_are_not_part_of_what_is_passed_on()
    {
        byte[] head = RawHttp2.Frame(FrameType.Headers, EndHeaders | Padded | Priority, 1, [3, .. Dependency(9), .. RawHttp2.Block(RawHttp2.Request("POST", "/padded", ("content-length", "4"))), 1, 2, 3]);
        byte[] data = [.. RawHttp2.Frame(FrameType.Data, Padded, 1, [2, .. "bo"u8, 9, 9]), .. RawHttp2.Frame(FrameType.Data, Padded | EndStream, 1, [0, .. "dy"u8])];
        string asked = Http2Exam.Asked([.. head, .. data]);
        Assert.StartsWith("POST /padded HTTP/1.1\r\n", asked, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nbody", asked, StringComparison.Ordinal);
    }

    [Fact]
    [Section("9113 6.2")]
    [Section("9113 6.10")]
    public void The_end_of_the_stream_in_HEADERS_counts_when_CONTINUATION_has_ended_the_block()
    {
        byte[] block = RawHttp2.Block(RawHttp2.Request("POST", "/pieces", ("x", "y")));
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(RawHttp2.Frame(FrameType.Headers, EndStream, 1, block.AsSpan(0, 3)));
        client.Send(Continuation(1, block.AsSpan(3, 20), ends: false));
        Assert.Equal(0, rig.Origin.Dials);
        client.Send(Continuation(1, block.AsSpan(23)));
        string asked = Http2Exam.AnswerNext(rig);
        Assert.StartsWith("POST /pieces HTTP/1.1\r\n", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", asked, StringComparison.Ordinal);
        Assert.Equal("HEADERS/1 DATA/1", client.Seen());
    }

    [Fact]
    [Section("9113 5.1")]
    [Section("9113 6.4")]
    public void Nothing_is_sent_on_a_stream_behind_the_clients_RST_STREAM()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Get(1));
        MemoryTransport origin = rig.Origin.Accept();
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha");
        Assert.Equal("HEADERS/1 DATA/1", client.Seen());
        client.Send(Reset(1));
        Assert.True(origin.IsPeerReset || origin.HasEnded);
        origin.TrySend("lf"u8);
        Assert.DoesNotContain(client.Receive(), static frame => frame.Header.StreamId == 1);
    }

    [Fact]
    [Section("9113 6.5.3")]
    public void Every_SETTINGS_frame_is_acknowledged_once_and_in_order()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Receive();
        client.Send([.. Settings((1, 0)), .. RawHttp2.Frame(FrameType.Ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]), .. Settings(), .. RawHttp2.Frame(FrameType.Settings, Ack, 0, [])]);
        Assert.Equal(
            [(FrameType.Settings, FrameFlags.Ack, 0), (FrameType.Ping, FrameFlags.Ack, 8), (FrameType.Settings, FrameFlags.Ack, 0)],
            client.Receive().Select(static frame => (frame.Header.Type, frame.Header.Flags, frame.Header.Length)));
    }

    [Fact]
    [Section("9113 6.7")]
    public void The_answer_to_PING_carries_the_same_octets()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Receive();
        client.Send(RawHttp2.Frame(FrameType.Ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 0xff]));
        (FrameHeader header, byte[] payload) = client.Receive().Single();
        Assert.Equal((FrameType.Ping, FrameFlags.Ack, 0), (header.Type, header.Flags, header.StreamId));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 0xff], payload);
    }

    [Fact]
    [Section("9113 6.8")]
    public void A_server_that_leaves_first_says_so_and_then_names_the_last_stream_and_answers_what_it_named()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Post(1));
        client.Receive();
        rig.Drain.Begin();
        Assert.Equal(RawHttp2.Word(int.MaxValue), client.Receive().Single(static frame => frame.Header.Type == FrameType.GoAway).Payload[..4]);

        // What was on its way is still served.
        client.Send(Get(3));
        Assert.Equal(2, rig.Origin.Dials);
        rig.Advance(1_100);
        Assert.Equal(RawHttp2.Word(3), client.Receive().Single(static frame => frame.Header.Type == FrameType.GoAway).Payload[..4]);

        // What comes behind the named stream is not, and can safely be sent again elsewhere.
        client.Send(Get(5));
        Assert.Equal("RST/5:RefusedStream", client.Seen());
        client.Send(Data(1, "x", ends: true));
        Http2Exam.AnswerNext(rig);
        Http2Exam.AnswerNext(rig);
        Assert.Equal("HEADERS/1 DATA/1 HEADERS/3 DATA/3", client.Seen());
        Assert.True(client.IsOver);
    }

    /// <summary>A field block that is not whole.</summary>
    private static byte[] Part(int stream) => RawHttp2.Frame(FrameType.Headers, EndStream, stream, RawHttp2.Block(RawHttp2.Get()));
}
