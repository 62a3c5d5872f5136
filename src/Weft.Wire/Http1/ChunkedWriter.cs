using System.Buffers.Text;
using Weft.Primitives.Http;

namespace Weft.Wire.Http1;

/// <summary>Writes the chunked transfer coding (RFC 9112, 7.1): header, data, <see cref="Crlf"/>, and so on, then the last chunk.</summary>
public static class ChunkedWriter
{
    /// <summary>Bytes of the longest chunk header.</summary>
    public const int HeaderMax = 10;

    /// <summary>Follows the data of each chunk.</summary>
    public static ReadOnlySpan<byte> Crlf => "\r\n"u8;

    /// <summary>The last chunk, without trailers.</summary>
    public static ReadOnlySpan<byte> LastChunk => "0\r\n\r\n"u8;

    /// <summary>Writes the header of a chunk of <paramref name="size"/> bytes, which must be above 0: an empty chunk would end the body.</summary>
    /// <returns>False when there is no room.</returns>
    public static bool TryWriteHeader(Span<byte> output, int size, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (!Utf8Formatter.TryFormat(size, output, out written, 'x') || output.Length - written < 2)
        {
            written = 0;
            return false;
        }

        Crlf.CopyTo(output[written..]);
        written += 2;
        return true;
    }

    /// <summary>Writes the last chunk with those trailers that may follow a body; removed fields are left out.</summary>
    /// <returns>False when there is no room.</returns>
    public static bool TryWriteLast(Span<byte> output, MessageHead? trailers, out int written)
    {
        SpanOutput to = new(output);
        to.Put("0\r\n"u8);
        if (trailers is not null)
        {
            FieldWriter.Write(trailers, FieldWriter.InTrailers, ref to);
        }

        to.Put("\r\n"u8);
        written = to.IsFull ? 0 : to.Written;
        return !to.IsFull;
    }
}
