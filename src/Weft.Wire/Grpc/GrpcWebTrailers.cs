using System.Buffers.Binary;
using Weft.Primitives.Http;
using Weft.Wire.Http1;

namespace Weft.Wire.Grpc;

/// <summary>The last frame of a gRPC-Web answer: trailers as lines of HTTP/1, behind a flag and a length (grpc: PROTOCOL-WEB.md).</summary>
public static class GrpcWebTrailers
{
    private const int HeaderSize = 5;
    private const byte TrailersFlag = 0x80;

    /// <summary>Writes the frame; fields that may not be trailers are left out.</summary>
    /// <returns>False when <paramref name="output"/> is too small; what was written to it then means nothing.</returns>
    public static bool TryWrite(MessageHead trailers, Span<byte> output, out int written)
    {
        written = 0;
        if (output.Length < HeaderSize)
        {
            return false;
        }

        SpanOutput lines = new(output[HeaderSize..]);
        FieldWriter.Write(trailers, FieldWriter.InTrailers, ref lines);
        if (lines.IsFull)
        {
            return false;
        }

        output[0] = TrailersFlag;
        BinaryPrimitives.WriteInt32BigEndian(output[1..], lines.Written);
        written = HeaderSize + lines.Written;
        return true;
    }
}
