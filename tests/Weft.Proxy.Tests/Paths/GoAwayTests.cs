using Weft.Proxy.Tests.Testing;
using Weft.Wire.Http2;
using Xunit;

namespace Weft.Proxy.Tests.Paths;

/// <summary>GOAWAY of an upstream: what it names as its last stream is waited for, what came later goes elsewhere, and so does everything new.</summary>
public sealed class GoAwayTests
{
    private const string Post = "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 3\r\n\r\nabc";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Requests_behind_the_last_stream_are_sent_again_and_those_before_it_end_where_they_are(bool inTwoSteps)
    {
        RelayRig rig = new(http2Origin: true);
        MemoryTransport first = rig.Connect();
        MemoryTransport second = rig.Connect();
        rig.Send(first, Post);
        rig.Send(second, Post);
        RawHttp2 leaving = new(rig, rig.Origin.Accept(), isServer: true);
        Assert.Equal(2, leaving.Receive().Count(static frame => frame.Header.Type == FrameType.Headers));
        if (inTwoSteps)
        {
            leaving.Send(GoAway(int.MaxValue));
            Assert.Equal(1, rig.Origin.Dials);
        }

        leaving.Send(GoAway(1));
        rig.Settle();
        RawHttp2 other = new(rig, rig.Origin.Accept(), isServer: true);
        Assert.Contains(other.Receive(), static frame => frame.Header.Type == FrameType.Data && frame.Payload.AsSpan().SequenceEqual("abc"u8));
        other.Headers(1, [(":status", "200"), ("x-from", "other")]);
        leaving.Headers(1, [(":status", "200"), ("x-from", "leaving")]);
        Assert.Contains("x-from: leaving", rig.Receive(first), StringComparison.Ordinal);
        Assert.Contains("x-from: other", rig.Receive(second), StringComparison.Ordinal);

        // What is new has no business on a connection that ends.
        rig.Send(first, Post);
        Assert.Contains(other.Receive(), static frame => frame.Header.Type == FrameType.Headers && frame.Header.StreamId == 3);
        Assert.Equal(2, rig.Origin.Dials);
    }

    private static byte[] GoAway(int lastStream) => RawHttp2.Frame(FrameType.GoAway, 0, 0, [.. RawHttp2.Word(lastStream), .. RawHttp2.Word((int)ErrorCode.NoError)]);
}
