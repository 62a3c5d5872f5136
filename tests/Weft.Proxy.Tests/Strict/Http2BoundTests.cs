using Weft.Proxy.Tests.Testing;
using Weft.Testing;
using Weft.Wire.Http2;
using Xunit;

namespace Weft.Proxy.Tests.Strict;

/// <summary>What an HTTP/2 client may just still do, and what is one more than that, for the bounds that <see cref="Http2AttackTests"/> overruns by far.</summary>
public sealed class Http2BoundTests
{
    private const byte EndHeaders = (byte)FrameFlags.EndHeaders;

    [Theory]
    [Limit("Frame payload")]
    [InlineData(16 * 1024, "")]
    [InlineData((16 * 1024) + 1, "GOAWAY:FrameSizeError")]
    public void A_frame_of_16_KiB_passes_and_no_larger_one(int size, string seen)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, RawHttp2.Request("POST", "/"), ends: false);
        client.Send(RawHttp2.Frame(FrameType.Data, 0, 1, new byte[size]));
        Assert.Equal(seen, client.Ending());
        Assert.Equal(seen.Length > 0, rig.Refused().StartsWith("DOWNSTREAM_PROTOCOL_ERROR=", StringComparison.Ordinal));
    }

    [Theory]
    [Limit("Header table")]
    [InlineData(4_096, "")]
    [InlineData(4_097, "GOAWAY:CompressionError")]
    public void The_header_table_is_as_large_as_announced_and_no_larger(int size, string seen)
    {
        // A change of the size (RFC 7541, 6.3): five bits of prefix, then the rest in sevens.
        int rest = size - 31;
        byte[] change = [0x3f, (byte)(0x80 | (rest & 127)), (byte)(rest >> 7)];
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(RawHttp2.Frame(FrameType.Headers, EndHeaders, 1, [.. change, .. RawHttp2.Block(RawHttp2.Request("POST", "/"))]));
        Assert.Equal(seen, client.Ending());
        Assert.Equal(seen.Length == 0 ? 1 : 0, rig.Origin.Dials);
    }

    [Theory]
    [Limit("CONTINUATION frames of one head")]
    [InlineData(8, "")]
    [InlineData(9, "GOAWAY:EnhanceYourCalm")]
    public void A_head_may_have_eight_continuations_and_no_ninth(int count, string seen)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(RawHttp2.Frame(FrameType.Headers, 0, 1, RawHttp2.Block(RawHttp2.Request("POST", "/"))));
        for (int i = 1; i <= count; i++)
        {
            client.Send(RawHttp2.Frame(FrameType.Continuation, i == count ? EndHeaders : (byte)0, 1, RawHttp2.Block(("x", "y"))));
        }

        Assert.Equal(seen, client.Ending());
        Assert.Equal(seen.Length == 0 ? 1 : 0, rig.Origin.Dials);
    }

    [Theory]
    [Limit("Resets by the client, and heads for streams that are over")]
    [Limit("Resets that a client's mistakes force on us")]
    [Limit("SETTINGS; PING")]
    [InlineData("resets", 200, 33)]
    [InlineData("forced resets", 100, 10)]
    [InlineData("settings", 20, 10)]
    [InlineData("pings", 20, 10)]
    public void What_a_client_may_do_at_once_and_a_second_is_counted(string what, int atOnce, int aSecond)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        int stream = -1;
        Repeat(atOnce);
        Assert.Equal("", client.Ending());

        // After a second so many more, and not one on top.
        rig.Advance(1_000);
        Repeat(aSecond);
        Assert.Equal("", client.Ending());
        Repeat(1);
        Assert.Equal("GOAWAY:EnhanceYourCalm", client.Ending());
        Assert.EndsWith("DOWNSTREAM_FLOOD=1", rig.Refused(), StringComparison.Ordinal);

        void Repeat(int times)
        {
            for (int i = 0; i < times; i++)
            {
                stream += 2;
                _ = what switch
                {
                    "resets" => client.Headers(stream, RawHttp2.Get()) && client.Reset(stream),
                    "forced resets" => client.Headers(stream, RawHttp2.Get()) && client.WindowUpdate(stream, 0),
                    "settings" => client.Send(RawHttp2.Frame(FrameType.Settings, 0, 0, [])),
                    _ => client.Send(RawHttp2.Frame(FrameType.Ping, 0, 0, new byte[8])),
                };
            }
        }
    }

    [Theory]
    [Limit("Empty DATA frames that end nothing")]
    [InlineData(200, "")]
    [InlineData(201, "GOAWAY:EnhanceYourCalm")]
    public void Two_hundred_empty_frames_in_a_thousand_pass_and_no_more(int count, string seen)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, RawHttp2.Request("POST", "/"), ends: false);
        for (int i = 0; i < count; i++)
        {
            client.Data(1, "", ends: false);
            client.Data(1, "x", ends: false);
        }

        Assert.Equal(seen, client.Ending());
    }
}
