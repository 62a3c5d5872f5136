using System.Buffers;
using System.IO.Pipelines;
using Weft.ControlPlane.Api;
using Xunit;

namespace Weft.ControlPlane.Tests.Api;

public sealed class BodyBufferTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(1_000_000)]
    public async Task What_was_written_comes_out_in_order(int length)
    {
        byte[] sent = new byte[length];
        Random random = new(length);
        random.NextBytes(sent);
        using BodyBuffer body = new();
        for (int at = 0; at < length;)
        {
            // Now and then a piece that is larger than the buffer's own.
            int count = Math.Min(length - at, random.Next(1, random.Next(100) == 0 ? 200_000 : 2_000));
            sent.AsSpan(at, count).CopyTo(body.Writer.GetSpan(count));
            body.Writer.Advance(count);
            at += count;
        }

        Assert.Equal(length, body.Length);
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 0));
        await body.CopyToAsync(pipe.Writer, Stop);
        await pipe.Writer.CompleteAsync();
        ReadResult read = await pipe.Reader.ReadAtLeastAsync(length, Stop);
        Assert.Equal(sent, read.Buffer.ToArray());
    }
}
