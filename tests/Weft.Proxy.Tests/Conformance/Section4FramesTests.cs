using Weft.Proxy.Tests.Testing;
using Weft.Wire.Http2;
using static Weft.Proxy.Tests.Testing.Http2Frames;

namespace Weft.Proxy.Tests.Conformance;

/// <summary>RFC 9113, 4: the form of frames, their size, and field blocks, whatever the frame means.</summary>
public sealed class Section4FramesTests
{
    private const int Unknown = 0x42;

    public static TheoryData<string, byte[], string> Frames => new()
    {
        { "4.1 frames of unknown types are ignored", [.. RawHttp2.Frame((FrameType)Unknown, 0xff, 0, new byte[100]), .. RawHttp2.Frame((FrameType)0xff, 0, 0, [])], "" },
        { "4.1 frames of unknown types are ignored on idle streams too", RawHttp2.Frame((FrameType)Unknown, 0, 77, new byte[8]), "" },
        { "4.1 frames of unknown types are ignored on open streams too", [.. Post(1), .. RawHttp2.Frame((FrameType)Unknown, EndStream, 1, new byte[8])], "" },
        { "4.1 flags without a meaning are ignored on PING", RawHttp2.Frame(FrameType.Ping, 0xfe, 0, new byte[8]), "PING" },
        { "4.1 flags without a meaning are ignored on SETTINGS", RawHttp2.Frame(FrameType.Settings, 0xfe, 0, []), "" },
        { "4.1 flags without a meaning are ignored on DATA", [.. Post(1), .. RawHttp2.Frame(FrameType.Data, 0xf6, 1, [1])], "" },
        { "4.1 flags without a meaning are ignored on HEADERS", RawHttp2.Frame(FrameType.Headers, 0xd7, 1, RawHttp2.Block(RawHttp2.Get())), "" },
        { "4.1 flags without a meaning are ignored on WINDOW_UPDATE", RawHttp2.Frame(FrameType.WindowUpdate, 0xff, 0, RawHttp2.Word(1)), "" },
        { "4.1 flags without a meaning are ignored on PRIORITY", RawHttp2.Frame(FrameType.Priority, 0xff, 1, Dependency(3)), "" },
        { "4.1 flags without a meaning are ignored on RST_STREAM", [.. Post(1), .. RawHttp2.Frame(FrameType.RstStream, 0xff, 1, RawHttp2.Word(8))], "" },
        { "4.1 flags without a meaning are ignored on GOAWAY", RawHttp2.Frame(FrameType.GoAway, 0xff, 0, new byte[8]), "" },
        { "4.1 the reserved bit is ignored", [.. RawHttp2.Frame(FrameType.Ping, 0, int.MinValue, new byte[8]), .. RawHttp2.Frame(FrameType.WindowUpdate, 0, int.MinValue, RawHttp2.Word(1))], "PING" },
        { "4.2 a frame of 2^14 octets passes", [.. Post(1), .. RawHttp2.Frame(FrameType.Data, 0, 1, new byte[16_384])], "" },
        { "4.2 one of an unknown type passes at that size", RawHttp2.Frame((FrameType)Unknown, 0, 0, new byte[16_384]), "" },

        // For DATA an error of the stream would be enough.
        { "4.2 a DATA frame larger than SETTINGS_MAX_FRAME_SIZE is a FRAME_SIZE_ERROR", [.. Post(1), .. RawHttp2.Frame(FrameType.Data, 0, 1, new byte[16_385])], "GOAWAY:FrameSizeError" },
        { "4.2 a HEADERS frame larger than SETTINGS_MAX_FRAME_SIZE is a FRAME_SIZE_ERROR of the connection", RawHttp2.Frame(FrameType.Headers, EndHeaders, 1, new byte[16_385]), "GOAWAY:FrameSizeError" },
        { "4.2 a SETTINGS frame larger than SETTINGS_MAX_FRAME_SIZE is a FRAME_SIZE_ERROR of the connection", RawHttp2.Frame(FrameType.Settings, 0, 0, new byte[16_386]), "GOAWAY:FrameSizeError" },
        { "4.2 a frame of an unknown type larger than SETTINGS_MAX_FRAME_SIZE is a FRAME_SIZE_ERROR", RawHttp2.Frame((FrameType)Unknown, 0, 0, new byte[16_385]), "GOAWAY:FrameSizeError" },
        { "4.3 a field block that does not decode is a COMPRESSION_ERROR", RawHttp2.Frame(FrameType.Headers, EndHeaders, 1, [0x80]), "GOAWAY:CompressionError" },
        { "4.3 trailers that do not decode are a COMPRESSION_ERROR", [.. Post(1), .. RawHttp2.Frame(FrameType.Headers, EndHeaders | EndStream, 1, [0xff])], "GOAWAY:CompressionError" },
        { "4.3 a block on a closed stream that does not decode is a COMPRESSION_ERROR", [.. Head(1, [(":method", "GET")], ends: true), .. RawHttp2.Frame(FrameType.Headers, EndHeaders, 1, [0x80])], "RST/1:ProtocolError GOAWAY:CompressionError" },
        { "4.3 no other stream's frame comes inside a field block", [.. Part(1), .. Get(3)], "GOAWAY:ProtocolError" },
        { "4.3 no other frame of the stream comes inside a field block", [.. Part(1), .. Data(1, "x")], "GOAWAY:ProtocolError" },
        { "4.3 no SETTINGS come inside a field block", [.. Part(1), .. Settings()], "GOAWAY:ProtocolError" },
        { "4.3 no PING comes inside a field block", [.. Part(1), .. RawHttp2.Frame(FrameType.Ping, 0, 0, new byte[8])], "GOAWAY:ProtocolError" },
        { "4.3 no PRIORITY comes inside a field block", [.. Part(1), .. RawHttp2.Frame(FrameType.Priority, 0, 1, Dependency(3))], "GOAWAY:ProtocolError" },
        { "4.3 no WINDOW_UPDATE comes inside a field block", [.. Part(1), .. WindowUpdate(0, 1)], "GOAWAY:ProtocolError" },
        { "4.3 no second HEADERS comes inside a field block", [.. Part(1), .. Get(1)], "GOAWAY:ProtocolError" },
        { "5.5 no frame of an unknown type comes inside a field block", [.. Part(1), .. RawHttp2.Frame((FrameType)Unknown, 0, 1, [])], "GOAWAY:ProtocolError" },
    };

    [Theory]
    [Section("9113 4.1")]
    [Section("9113 4.2")]
    [Section("9113 4.3")]
    [Section("9113 5.5")]
    [MemberData(nameof(Frames))]
    public void A_frame_has_a_form(string rule, byte[] sent, string seen) => Http2Exam.Client(rule, sent, seen);

    [Fact]
    [Section("9113 4.3")]
    public void A_field_block_of_a_request_that_is_refused_still_changes_the_table()
    {
        // "x-kept: yes" is put into the table by a request without a path, and named by the next one.
        byte[] malformed = [.. RawHttp2.Block((":method", "GET")), 0x40, .. RawHttp2.Block(("x-kept", "yes")).AsSpan(1)];
        byte[] next = [.. RawHttp2.Block(RawHttp2.Get()), 0xbe];
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(RawHttp2.Frame(FrameType.Headers, EndHeaders | EndStream, 1, malformed));
        Assert.Equal("RST/1:ProtocolError", client.Seen());
        client.Send(RawHttp2.Frame(FrameType.Headers, EndHeaders | EndStream, 3, next));
        Assert.Contains("x-kept: yes\r\n", Http2Exam.AnswerNext(rig), StringComparison.Ordinal);
    }

    [Fact]
    [Section("9113 4.3")]
    public void A_field_block_on_a_stream_that_was_reset_still_changes_the_table()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Head(1, [(":method", "GET")], ends: false));
        Assert.Equal("RST/1:ProtocolError", client.Seen());
        client.Send(RawHttp2.Frame(FrameType.Headers, EndHeaders | EndStream, 1, [0x40, .. RawHttp2.Block(("x-kept", "yes")).AsSpan(1)]));
        client.Send(RawHttp2.Frame(FrameType.Headers, EndHeaders | EndStream, 3, [.. RawHttp2.Block(RawHttp2.Get()), 0xbe]));
        Assert.Contains("x-kept: yes\r\n", Http2Exam.AnswerNext(rig), StringComparison.Ordinal);
        Assert.Equal("HEADERS/3 DATA/3", client.Seen());
    }

    [Theory]
    [Section("9113 4.3.1")]
    [InlineData("4.3.1 a client that allows no table gets no entry in it", 0)]
    [InlineData("4.3.1 a client that allows a smaller table is told before the first field", 64)]
    public void The_table_of_answers_is_as_small_as_the_client_wants_it(string rule, uint size)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send([.. Settings(((int)SettingId.HeaderTableSize, size)), .. Get(1)]);
        Http2Exam.AnswerNext(rig);
        byte[] block = client.Receive().Single(static frame => frame.Header.Type == FrameType.Headers).Payload;

        // A table size update to 0 (RFC 7541, 6.3), and then nothing that would go into the table.
        Assert.True(block[0] == 0x20 && block[1] == 0x88, rule);
    }

    /// <summary>A field block that is not whole.</summary>
    private static byte[] Part(int stream) => RawHttp2.Frame(FrameType.Headers, EndStream, stream, RawHttp2.Block(RawHttp2.Get()));
}
