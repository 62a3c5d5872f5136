using Weft.Proxy.Tests.Testing;
using Weft.Wire.Http2;
using static Weft.Proxy.Tests.Testing.Http2Frames;

namespace Weft.Proxy.Tests.Conformance;

/// <summary>RFC 9113, 3: how a connection begins, as its server sees it.</summary>
public sealed class Section3StartingTests
{
    private static byte[] Preface => FrameHeader.ClientPreface.ToArray();

    public static TheoryData<string, byte[], string> Beginnings => new()
    {
        // A GOAWAY may be left out here (3.4); Weft sends it.
        { "3.4 a client that begins with another protocol is a PROTOCOL_ERROR", [.. "GET / HTTP/1.1\r\nHost: shop\r\n\r\n"u8], "GOAWAY:ProtocolError" },
        { "3.4 a preface whose last octet is wrong is a PROTOCOL_ERROR", [.. Preface[..^1], (byte)'\r', .. Settings()], "GOAWAY:ProtocolError" },
        { "3.4 a SETTINGS frame without the preface before it is a PROTOCOL_ERROR", [.. Settings(), .. Get(1)], "GOAWAY:ProtocolError" },
        { "3.4 the first frame must be SETTINGS, not HEADERS", [.. Preface, .. Get(1)], "GOAWAY:ProtocolError" },
        { "3.4 the first frame must be SETTINGS, not PING", [.. Preface, .. RawHttp2.Frame(FrameType.Ping, 0, 0, new byte[8]), .. Settings()], "GOAWAY:ProtocolError" },
        { "3.4 the first frame must be SETTINGS, not WINDOW_UPDATE", [.. Preface, .. WindowUpdate(0, 1), .. Settings()], "GOAWAY:ProtocolError" },
        { "3.4 the first frame must be SETTINGS, not one of an unknown type", [.. Preface, .. RawHttp2.Frame((FrameType)0x42, 0, 0, []), .. Settings()], "GOAWAY:ProtocolError" },
        { "3.4 the first frame must be SETTINGS, not a frame of an unknown type that is too large", [.. Preface, 0x20, 0, 0, 0x42, 0, 0, 0, 0, 0], "GOAWAY:ProtocolError" },
        { "3.4 an acknowledgement of SETTINGS is none", [.. Preface, .. RawHttp2.Frame(FrameType.Settings, Ack, 0, []), .. Get(1)], "GOAWAY:ProtocolError" },
        { "3.4 the preface ends in SETTINGS of the size that frames may have", [.. Preface, 0x20, 0, 0, 4, 0, 0, 0, 0, 0], "GOAWAY:FrameSizeError" },
        { "3.4 the first SETTINGS may be empty", [.. Preface, .. Settings()], "" },
        { "3.4 requests may come before the SETTINGS of the server", [.. Preface, .. Settings(), .. Get(1)], "" },
    };

    [Theory]
    [Section("9113 3.4")]
    [MemberData(nameof(Beginnings))]
    public void A_connection_begins_with_the_preface_and_settings(string rule, byte[] sent, string seen)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2(opens: false);
        client.Send(sent);
        Http2Exam.CheckClient(rule, rig, client, seen);
    }

    [Fact]
    [Section("9113 3.4")]
    public void The_server_begins_with_settings_before_it_has_heard_anything()
    {
        RelayRig rig = new();
        (FrameHeader header, byte[] payload) = rig.ConnectRawHttp2(opens: false).Receive()[0];
        Assert.Equal((FrameType.Settings, FrameFlags.None, 0), (header.Type, header.Flags, header.StreamId));

        // A server that names SETTINGS_ENABLE_PUSH must say 0 (6.5.2); Weft does not name it.
        Assert.DoesNotContain(payload.Chunk(6), static row => row[1] == (int)SettingId.EnablePush && row[5] != 0);
    }

    [Fact]
    [Section("9113 3.4")]
    public void A_preface_that_comes_octet_by_octet_is_a_preface()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2(opens: false);
        foreach (byte octet in (byte[])[.. Preface, .. Settings(), .. Get(1)])
        {
            client.Send([octet]);
        }

        Assert.StartsWith("GET / HTTP/1.1\r\n", Http2Exam.AnswerNext(rig), StringComparison.Ordinal);
        Assert.Equal("HEADERS/1 DATA/1", client.Seen());
    }
}
