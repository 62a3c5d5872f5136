using CsCheck;
using Weft.Contracts.Session;
using Weft.Proxy.Rpc;

namespace Weft.Proxy.Tests.Rpc;

public sealed class GrpcFramesTests
{
    [Fact]
    public void Messages_come_out_whole_however_the_bytes_are_cut()
    {
        Gen.Select(Gen.Byte.Array[0, 300].Array[1, 6], Gen.Int[1, 50]).Sample((messages, step) =>
        {
            byte[] bytes = [.. messages.SelectMany(Frame)];
            GrpcFrames frames = new();
            List<byte[]> taken = [];
            for (int at = 0; at < bytes.Length; at += step)
            {
                frames.Append(bytes.AsSpan(at, Math.Min(step, bytes.Length - at)));
                while (frames.TryTake() is { } message)
                {
                    taken.Add(message);
                }
            }

            Assert.Equal(messages, taken);
            Assert.False(frames.IsBroken);
        });
    }

    [Fact]
    public void An_encoded_message_is_read_back()
    {
        GrpcFrames frames = new();
        frames.Append(GrpcFrames.Encode(new Goodbye { Draining = true }));
        Assert.True(Goodbye.Parse(frames.TryTake()!).Draining);
        Assert.Null(frames.TryTake());
    }

    [Theory]
    [InlineData(1, 3u)]
    [InlineData(0, 4u * 1024 * 1024 + 1)]
    [InlineData(0, uint.MaxValue)]
    public void A_compressed_or_endless_message_breaks_the_stream_before_it_is_buffered(byte flag, uint length)
    {
        GrpcFrames frames = new();
        frames.Append([flag, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, 1, 2, 3]);
        Assert.Null(frames.TryTake());
        Assert.True(frames.IsBroken);
    }

    private static byte[] Frame(byte[] message) =>
        [0, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message];
}
