using CsCheck;
using Weft.Primitives.Http;
using Weft.Wire.Grpc;
using Weft.Wire.Tests.Twins;
using Xunit;

namespace Weft.Wire.Tests.Grpc;

public sealed class GrpcTests
{
    [Theory]
    [InlineData("1H", 3_600_000_000)]
    [InlineData("2M", 120_000_000)]
    [InlineData("10S", 10_000_000)]
    [InlineData("250m", 250_000)]
    [InlineData("7u", 7)]
    [InlineData("1n", 1)]
    [InlineData("0S", 0)]
    [InlineData("99999999H", 359_999_996_400_000_000)]
    public void A_timeout_is_read(string text, long microseconds)
    {
        Assert.True(GrpcTimeout.TryRead(Text.Bytes(text), out long actual));
        Assert.Equal(microseconds, actual);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData("1 S")]
    [InlineData(" 1S")]
    [InlineData("1.5S")]
    [InlineData("123456789m")]
    public void What_is_not_a_timeout_is_refused(string text) => Assert.False(GrpcTimeout.TryRead(Text.Bytes(text), out _));

    [Fact]
    public void A_timeout_that_is_written_is_read_again_and_never_longer()
        => Gen.Long[0, 100_000_000_000].Sample(milliseconds =>
        {
            byte[] output = new byte[GrpcTimeout.SizeMax];
            int written = GrpcTimeout.Write(milliseconds, output);
            Assert.True(GrpcTimeout.TryRead(output.AsSpan(0, written), out long microseconds));
            Assert.InRange(microseconds / 1000, Math.Max(0, Math.Min(milliseconds, 99_999_999_000) - 999), milliseconds);
        });

    [Fact]
    public void Text_is_read_whatever_its_padding_and_split()
        => Gen.Select(Gen.Byte.Array[0, 200].Array[0, 6], Gen.Int[1, 50]).Sample((pieces, split) =>
        {
            List<byte> text = [];
            foreach (byte[] piece in pieces)
            {
                byte[] encoded = new byte[GrpcWebText.EncodedSize(piece.Length)];
                GrpcWebText.Encode(piece, encoded);
                text.AddRange(encoded);
            }

            Assert.Equal(pieces.SelectMany(piece => piece), GrpcWebTextOracle.Decode([.. text], split));
        });

    [Fact]
    public void Trailers_become_a_frame_of_lines()
    {
        MessageHead trailers = new();
        trailers.AddField("grpc-status"u8, "0"u8);
        trailers.AddField("connection"u8, "close"u8);
        trailers.AddField("x-sum"u8, "7"u8);
        byte[] output = new byte[100];
        Assert.True(GrpcWebTrailers.TryWrite(trailers, output, out int written));
        Assert.Equal("\u0080\0\0\0\u001agrpc-status: 0\r\nx-sum: 7\r\n", Text.Of(output.AsSpan(0, written)));
        for (int room = 0; room < written; room++)
        {
            Assert.False(GrpcWebTrailers.TryWrite(trailers, output.AsSpan(0, room), out _));
        }
    }

    [Theory]
    [InlineData("application/grpc", true, false, false)]
    [InlineData("application/grpc+proto", true, false, false)]
    [InlineData("application/grpc; a=b", true, false, false)]
    [InlineData("Application/GRPC-Web", false, true, false)]
    [InlineData("application/grpc-web+proto", false, true, false)]
    [InlineData("application/grpc-web-text", false, true, true)]
    [InlineData("application/grpc-web-text+proto", false, true, true)]
    [InlineData("application/grpc-web-texts", false, false, false)]
    [InlineData("application/grpc2", false, false, false)]
    [InlineData("application/json", false, false, false)]
    public void Content_types_are_told_apart(string type, bool isGrpc, bool isWeb, bool isText)
    {
        Assert.Equal(isGrpc, GrpcContentType.IsGrpc(Text.Bytes(type)));
        Assert.Equal(isWeb, GrpcContentType.IsWeb(Text.Bytes(type), out bool text));
        Assert.Equal(isText, text);
    }

    [Fact]
    public void Content_types_keep_their_suffix()
    {
        byte[] output = new byte[50];
        Assert.Equal("application/grpc+proto", Text.Of(output.AsSpan(0, GrpcContentType.WriteGrpc("application/grpc-web-text+proto"u8, output))));
        Assert.Equal("application/grpc-web-text+proto", Text.Of(output.AsSpan(0, GrpcContentType.WriteWeb("application/grpc+proto"u8, isText: true, output))));
        Assert.Equal("application/grpc-web", Text.Of(output.AsSpan(0, GrpcContentType.WriteWeb("application/grpc"u8, isText: false, output))));
    }
}
