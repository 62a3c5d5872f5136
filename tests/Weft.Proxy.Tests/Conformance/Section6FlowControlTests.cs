using Weft.Proxy.Tests.Testing;
using Weft.Wire.Http2;
using static Weft.Proxy.Tests.Testing.Http2Frames;

namespace Weft.Proxy.Tests.Conformance;

/// <summary>RFC 9113, 5.2, 6.9 and 6.5.2: windows, to the octet.</summary>
public sealed class Section6FlowControlTests
{
    private const int InitialWindowSize = (int)SettingId.InitialWindowSize;
    private const int Default = 65_535;

    public static TheoryData<string, byte[], string> Frames => new()
    {
        { "6.9 an increment of 0 for the connection is a PROTOCOL_ERROR of the connection", WindowUpdate(0, 0), "GOAWAY:ProtocolError" },
        { "6.9 an increment of 0 for a stream is a PROTOCOL_ERROR of the stream", [.. Post(1), .. WindowUpdate(1, 0)], "RST/1:ProtocolError" },
        { "6.9 an increment of 0 with the reserved bit is one of 0", [.. Post(1), .. WindowUpdate(1, int.MinValue)], "RST/1:ProtocolError" },
        { "6.9 WINDOW_UPDATE of three octets is a FRAME_SIZE_ERROR of the connection", RawHttp2.Frame(FrameType.WindowUpdate, 0, 0, new byte[3]), "GOAWAY:FrameSizeError" },
        { "6.9 WINDOW_UPDATE of five octets on a stream is a FRAME_SIZE_ERROR of the connection", [.. Post(1), .. RawHttp2.Frame(FrameType.WindowUpdate, 0, 1, [0, 0, 0, 1, 0])], "GOAWAY:FrameSizeError" },
        { "6.9.1 a window of the connection of 2^31-1 passes", WindowUpdate(0, int.MaxValue - Default), "" },
        { "6.9.1 a window of the connection above 2^31-1 is a FLOW_CONTROL_ERROR of the connection", WindowUpdate(0, int.MaxValue - Default + 1), "GOAWAY:FlowControlError" },
        { "6.9.1 a window of the connection above 2^31-1 in two steps is one too", [.. WindowUpdate(0, int.MaxValue - Default), .. WindowUpdate(0, 1)], "GOAWAY:FlowControlError" },
        { "6.9.1 a window of a stream of 2^31-1 passes", [.. Post(1), .. WindowUpdate(1, int.MaxValue - Default)], "" },
        { "6.9.1 a window of a stream above 2^31-1 is a FLOW_CONTROL_ERROR of the stream", [.. Post(1), .. WindowUpdate(1, int.MaxValue - Default + 1)], "RST/1:FlowControlError" },
        { "6.9.1 a window of a stream above 2^31-1 in two steps is one too", [.. Post(1), .. WindowUpdate(1, int.MaxValue - Default), .. WindowUpdate(1, 1)], "RST/1:FlowControlError" },
        { "6.9.2 SETTINGS that lift a window above 2^31-1 are a FLOW_CONTROL_ERROR of the connection", [.. Post(1), .. WindowUpdate(1, int.MaxValue - Default), .. Settings((InitialWindowSize, Default + 1))], "GOAWAY:FlowControlError" },
        { "6.9.2 SETTINGS leave the window of the connection alone", [.. WindowUpdate(0, int.MaxValue - Default), .. Settings((InitialWindowSize, int.MaxValue))], "" },
        { "6.9.2 windows may go down and up again", [.. Post(1), .. Settings((InitialWindowSize, 0)), .. Settings((InitialWindowSize, int.MaxValue))], "" },
    };

    [Theory]
    [Section("9113 6.9")]
    [Section("9113 6.9.1")]
    [Section("9113 6.9.2")]
    [MemberData(nameof(Frames))]
    public void Windows_have_bounds(string rule, byte[] sent, string seen) => Http2Exam.Client(rule, sent, seen);

    [Theory]
    [Section("9113 6.9.1")]
    [Section("9113 6.9.2")]
    [InlineData("6.9.2 the first window of a stream is 65,535 octets", new byte[0], 65_535)]
    [InlineData("6.9.1 a window of one octet lets one octet through", new byte[] { 0, 4, 0, 0, 0, 1 }, 1)]
    [InlineData("6.9.1 a window of none lets nothing through", new byte[] { 0, 4, 0, 0, 0, 0 }, 0)]
    [InlineData("6.5.3 the last of two values in one frame counts", new byte[] { 0, 4, 0, 0, 0, 9, 0, 4, 0, 0, 0, 3 }, 3)]
    [InlineData("6.9.2 a larger window of streams does not widen that of the connection", new byte[] { 0, 4, 0, 1, 0, 0 }, 65_535)]
    public void No_answer_passes_the_window(string rule, byte[] settings, int passes)
    {
        Download download = new(settings, 100_000);
        Assert.True(download.Passed() == passes, rule);
        download.Client.Send([.. WindowUpdate(0, 70_000), .. WindowUpdate(1, 70_000)]);
        Assert.True(download.Passed() > 0, rule);
    }

    [Fact]
    [Section("9113 6.9.1")]
    public void The_narrower_of_both_windows_holds_and_the_other_is_not_used_up_for_nothing()
    {
        Download download = new([0, 4, 0, 0, 0, 100], 100_000);
        Assert.Equal(100, download.Passed());
        download.Client.Send(WindowUpdate(0, 1_000));
        Assert.Equal(0, download.Passed());
        download.Client.Send(WindowUpdate(1, 7));
        Assert.Equal(7, download.Passed());
        download.Client.Send(WindowUpdate(1, 99_000));
        Assert.Equal(Default + 1_000 - 107, download.Passed());
        download.Client.Send(WindowUpdate(1, 50));
        Assert.Equal(0, download.Passed());
        download.Client.Send(WindowUpdate(0, 50));
        Assert.Equal(50, download.Passed());
    }

    [Fact]
    [Section("9113 6.9.2")]
    public void A_window_that_SETTINGS_make_negative_must_be_made_good_before_anything_passes()
    {
        Download download = new([0, 4, 0, 0, 0, 100], 100_000);
        Assert.Equal(100, download.Passed());

        // 100 were sent and 40 are allowed now: the window is at -60.
        download.Client.Send(Settings((InitialWindowSize, 40)));
        download.Client.Send(WindowUpdate(1, 60));
        Assert.Equal(0, download.Passed());
        download.Client.Send(WindowUpdate(1, 1));
        Assert.Equal(1, download.Passed());
        download.Client.Send(Settings((InitialWindowSize, 0)));
        download.Client.Send(Settings((InitialWindowSize, 45)));
        Assert.Equal(5, download.Passed());
    }

    [Fact]
    [Section("9113 6.9.2")]
    public void SETTINGS_that_widen_the_window_wake_a_stream_that_waits()
    {
        Download download = new([0, 4, 0, 0, 0, 0], 10);
        Assert.Equal(0, download.Passed());
        download.Client.Send(Settings((InitialWindowSize, 4)));
        Assert.Equal(4, download.Passed());
        download.Client.Send(Settings((InitialWindowSize, 1_000)));
        Assert.Equal(6, download.Passed());
        Assert.True(download.HasEnded);
    }

    [Fact]
    [Section("9113 6.9.1")]
    public void Heads_and_ends_of_streams_need_no_window()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send([.. Settings((InitialWindowSize, 0)), .. Get(1)]);
        Http2Exam.AnswerNext(rig, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nx: y\r\n\r\n");
        Assert.Equal("HEADERS/1 HEADERS/1", client.Seen());
    }

    [Theory]
    [Section("9113 4.2")]
    [InlineData(16_384u)]
    [InlineData(20_000u)]
    public void No_frame_is_larger_than_the_client_allows(uint size)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send([.. Settings(((int)SettingId.MaxFrameSize, size)), .. Get(1)]);
        Http2Exam.AnswerNext(rig, $"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\nx: {new string('x', 30_000)}\r\n\r\n{new string('a', 50_000)}");
        List<(FrameHeader Header, byte[] Payload)> frames = client.Receive();
        Assert.All(frames, frame => Assert.InRange(frame.Header.Length, 0, (int)size));
        Assert.Contains(frames, static frame => frame.Header.Type == FrameType.Continuation && frame.Header.Has(FrameFlags.EndHeaders));
        Assert.Equal(50_000, frames.Where(static frame => frame.Header.Type == FrameType.Data).Sum(static frame => frame.Header.Length));
    }

    [Theory]
    [Section("9113 6.9.1")]
    [InlineData("6.9.1 a frame counts with its padding, and as much as the window passes", false, "")]
    [InlineData("6.9.1 the octet that says how long the padding is counts as well", true, "GOAWAY:FlowControlError")]
    public void Padding_counts_against_the_window_of_the_stream(string rule, bool oneMore, string seen)
    {
        byte[] padded = RawHttp2.Frame(FrameType.Data, Padded, 1, [255, .. new byte[16_383]]);
        byte[] all = [.. oneMore ? RawHttp2.Frame(FrameType.Data, Padded, 1, [0]) : [], .. padded, .. padded, .. padded, .. padded];
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Post(1, ("content-length", "100000")));

        // In one piece: the relay reads all of it before it has passed any of it on.
        Assert.Equal(all.Length, client.Transport.TrySend(all));
        Assert.True(client.Ending() == seen, rule);
    }

    [Fact]
    [Section("9113 6.9")]
    public void What_has_been_passed_on_comes_back_to_both_windows_and_padding_does_too()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Receive();
        client.Send(Post(1, ("content-length", "10000000")));
        MemoryTransport origin = rig.Origin.Accept();
        long ofStream = 0;
        long ofConnection = 0;
        for (int i = 0; i < 200; i++)
        {
            client.Send(RawHttp2.Frame(FrameType.Data, Padded, 1, [200, .. new byte[10_000 - 1]]));
            rig.Receive(origin);
            foreach ((FrameHeader header, byte[] payload) in client.Receive())
            {
                Assert.Equal(FrameType.WindowUpdate, header.Type);
                int increment = (payload[0] << 24) | (payload[1] << 16) | (payload[2] << 8) | payload[3];
                _ = header.StreamId == 0 ? ofConnection += increment : ofStream += increment;
            }
        }

        // All but what is kept to be announced in one step: less than half a window.
        Assert.InRange(ofStream, 2_000_000 - (32 * 1024), 2_000_000);
        Assert.InRange(ofConnection, 2_000_000 - (512 * 1024), 2_000_000);
    }

    /// <summary>An answer of a known length on stream 1, and how much of it has come.</summary>
    private sealed class Download
    {
        public Download(byte[] settings, int length)
        {
            RelayRig rig = new();
            Client = rig.ConnectRawHttp2();
            Client.Send([.. RawHttp2.Frame(FrameType.Settings, 0, 0, settings), .. Get(1)]);
            Http2Exam.AnswerNext(rig, $"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{new string('a', length)}");
        }

        public RawHttp2 Client { get; }

        public bool HasEnded { get; private set; }

        /// <summary>Octets of DATA that have come since the last call.</summary>
        public int Passed()
        {
            List<(FrameHeader Header, byte[] Payload)> frames = Client.Receive();
            HasEnded |= frames.Exists(static frame => frame.Header.Type == FrameType.Data && frame.Header.Has(FrameFlags.EndStream));
            return frames.Where(static frame => frame.Header.Type == FrameType.Data).Sum(static frame => frame.Header.Length);
        }
    }
}
