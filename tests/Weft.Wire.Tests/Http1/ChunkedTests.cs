using Weft.Primitives.Http;
using Weft.Wire.Http1;
using Xunit;

namespace Weft.Wire.Tests.Http1;

public sealed class ChunkedTests
{
    private const string Body = "5;name=value\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\nX-Sum: 7\r\nConnection: y\r\n\r\nNEXT";

    [Fact]
    public void Every_split_gives_the_same_data_and_trailers()
    {
        byte[] input = Text.Bytes(Body);
        for (int first = 0; first <= input.Length; first++)
        {
            for (int second = first; second <= input.Length; second += 7)
            {
                MessageHead trailers = new();
                (ReadStatus status, string data, int consumed, _) = Feed(input, trailers, first, second, input.Length);
                Assert.Equal((ReadStatus.Done, "hello 0123456789", input.Length - 4), (status, data, consumed));
                Assert.Equal("X-Sum: 7", Text.Fields(trailers));
            }
        }
    }

    [Theory]
    [InlineData("\r\n", HeadFault.BadChunkSize)]
    [InlineData("g\r\n", HeadFault.BadChunkSize)]
    [InlineData("+5\r\nhello\r\n", HeadFault.BadChunkSize)]
    [InlineData("-1\r\n", HeadFault.BadChunkSize)]
    [InlineData(" 5\r\n", HeadFault.BadChunkSize)]
    [InlineData("5 \r\n", HeadFault.BadChunkSize)]
    [InlineData("0x5\r\n", HeadFault.BadChunkSize)]
    [InlineData("5\rx", HeadFault.BadChunkSize)]
    [InlineData("20000000000001\r\n", HeadFault.BadChunkSize)]
    [InlineData("10000000000000005\r\n", HeadFault.BadChunkSize)]
    [InlineData("00000000000000005\r\n", HeadFault.BadChunkSize)]
    [InlineData("5\nhello", HeadFault.BareLf)]
    [InlineData("5;a\nhello", HeadFault.BareLf)]
    [InlineData("5;a\0\r\n", HeadFault.BadChunkExtension)]
    [InlineData("5\r\nhello\n", HeadFault.BareLf)]
    [InlineData("5\r\nhelloX", HeadFault.BadChunkEnd)]
    [InlineData("5\r\nhello\rX", HeadFault.BadChunkEnd)]
    [InlineData("0\r\n\n", HeadFault.BareLf)]
    [InlineData("0\r\nA: b\n\r\n", HeadFault.BareLf)]
    [InlineData("0\r\nA: b\r\n c\r\n\r\n", HeadFault.ObsoleteFold)]
    [InlineData("0\r\nContent-Length: 5\r\n\r\n", HeadFault.ForbiddenTrailer)]
    [InlineData("0\r\nTransfer-Encoding: chunked\r\n\r\n", HeadFault.ForbiddenTrailer)]
    [InlineData("0\r\nHost: a\r\n\r\n", HeadFault.ForbiddenTrailer)]
    public void Hostile_bodies_are_refused(string body, HeadFault expected)
    {
        byte[] input = Text.Bytes(body);
        Assert.Equal(expected, Feed(input, null, input.Length).Fault);
        Assert.Equal(expected, Feed(input, new MessageHead(), [.. Enumerable.Range(1, input.Length)]).Fault);
    }

    [Fact]
    public void Extensions_and_trailers_are_bounded()
    {
        string extension = new('e', ChunkedReader.ExtensionMax);
        Assert.Equal(ReadStatus.Done, Whole($"1;{extension}\r\nx\r\n0\r\n\r\n").Status);
        Assert.Equal(HeadFault.BadChunkExtension, Whole($"1;{extension}e\r\nx\r\n0\r\n\r\n").Fault);
        string fields = string.Concat(Enumerable.Repeat("a: b\r\n", 32));
        Assert.Equal(ReadStatus.Done, Whole($"0\r\n{fields}\r\n").Status);
        Assert.Equal(HeadFault.TooManyFields, Whole($"0\r\n{fields}a: b\r\n\r\n").Fault);
        string large = new('a', (8 * 1024) - 5);
        Assert.Equal(ReadStatus.Done, Whole($"0\r\na: {large}\r\n\r\n").Status);
        Assert.Equal(HeadFault.FieldsTooLarge, Whole($"0\r\na: {large}aa\r\n\r\n").Fault);
    }

    [Fact]
    public void Written_chunks_are_read_back()
    {
        byte[] output = new byte[256];
        MessageHead trailers = new();
        trailers.AddField("grpc-status"u8, "0"u8);
        trailers.AddField("content-length"u8, "5"u8);
        Assert.True(ChunkedWriter.TryWriteHeader(output, 26, out int at));
        output.AsSpan(at, 26).Fill((byte)'x');
        at += 26;
        ChunkedWriter.Crlf.CopyTo(output.AsSpan(at));
        at += 2;
        Assert.True(ChunkedWriter.TryWriteLast(output.AsSpan(at), trailers, out int written));
        Assert.Equal($"1a\r\n{new string('x', 26)}\r\n0\r\ngrpc-status: 0\r\n\r\n", Text.Of(output.AsSpan(0, at + written)));
        MessageHead read = new();
        Assert.Equal((ReadStatus.Done, new string('x', 26), at + written, HeadFault.None), Feed(output[..(at + written)], read, at + written));
        Assert.Equal("grpc-status: 0", Text.Fields(read));
        Assert.False(ChunkedWriter.TryWriteHeader(output.AsSpan(0, 3), 26, out _));
        Assert.True(ChunkedWriter.TryWriteHeader(output.AsSpan(0, ChunkedWriter.HeaderMax), int.MaxValue, out int longest));
        Assert.Equal(ChunkedWriter.HeaderMax, longest);
    }

    private static (ReadStatus Status, string Data, int Consumed, HeadFault Fault) Whole(string body) => Feed(Text.Bytes(body), null, body.Length);

    /// <summary>Feeds the input as a connection would: up to each of <paramref name="ends"/>, keeping what was not consumed.</summary>
    private static (ReadStatus Status, string Data, int Consumed, HeadFault Fault) Feed(byte[] input, MessageHead? trailers, params int[] ends)
    {
        ChunkedReader reader = default;
        string data = "";
        int at = 0;
        foreach (int end in ends)
        {
            while (true)
            {
                ReadStatus status = reader.Read(input.AsSpan(at, end - at), trailers, out int consumed, out int offset, out int length);
                data += Text.Of(input.AsSpan(at + offset, length));
                at += consumed;
                if (status != ReadStatus.NeedMore)
                {
                    return (status, data, at, reader.Fault);
                }

                if (consumed == 0)
                {
                    break;
                }
            }
        }

        return (ReadStatus.NeedMore, data, at, reader.Fault);
    }
}
