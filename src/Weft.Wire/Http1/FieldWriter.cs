using Weft.Primitives.Http;

namespace Weft.Wire.Http1;

/// <summary>Writes the field lines of a head in HTTP/1 form, leaving out what the hop makes anew.</summary>
internal static class FieldWriter
{
    private const ulong HopByHop =
        (1UL << (int)KnownField.Connection) | (1UL << (int)KnownField.KeepAlive) | (1UL << (int)KnownField.ProxyConnection)
        | (1UL << (int)KnownField.TransferEncoding) | (1UL << (int)KnownField.Upgrade) | (1UL << (int)KnownField.Http2Settings);

    /// <summary>Never written from the list: the writer makes them from the head.</summary>
    internal const ulong InHeads = HopByHop;

    /// <summary>Never written in trailers, which may not touch framing or routing (RFC 9110, 6.5.1).</summary>
    internal const ulong InTrailers = HopByHop | (1UL << (int)KnownField.ContentLength) | (1UL << (int)KnownField.Host) | (1UL << (int)KnownField.Te)
        | (1UL << (int)KnownField.Trailer);

    internal static ulong Mask(KnownField known) => 1UL << (int)known;

    /// <summary>
    /// Writes every field that is neither removed nor in <paramref name="skipped"/>. Neighbours that lie in the block as the
    /// very lines to be written are copied in one piece.
    /// </summary>
    internal static void Write(MessageHead head, ulong skipped, ref SpanOutput output)
    {
        ReadOnlySpan<byte> block = head.Block;
        bool joinCookies = CountCookies(head, skipped) > 1;
        int runStart = 0;
        int runEnd = 0;
        foreach (ref readonly FieldLine field in head.Fields)
        {
            if (field.Removed || (skipped >> (int)field.Known & 1) != 0)
            {
                continue;
            }

            bool isCookie = joinCookies && field.Known == KnownField.Cookie;
            if (!isCookie && IsLine(block, field))
            {
                if (field.NameOffset != runEnd)
                {
                    output.Put(block[runStart..runEnd]);
                    runStart = field.NameOffset;
                }

                runEnd = field.ValueOffset + field.ValueLength + 2;
                continue;
            }

            output.Put(block[runStart..runEnd]);
            runStart = runEnd = 0;
            if (!isCookie)
            {
                WriteLine(head, field, ref output);
            }
        }

        output.Put(block[runStart..runEnd]);
        if (joinCookies)
        {
            WriteCookies(head, ref output);
        }
    }

    /// <summary>Whether the bytes around name and value are ": " and CRLF, so that the block holds the line as it would be written.</summary>
    private static bool IsLine(ReadOnlySpan<byte> block, in FieldLine field)
    {
        int nameEnd = field.NameOffset + field.NameLength;
        int valueEnd = field.ValueOffset + field.ValueLength;
        return field.ValueOffset == nameEnd + 2 && valueEnd + 2 <= block.Length
            && block[nameEnd] == ':' && block[nameEnd + 1] == ' '
            && block[valueEnd] == '\r' && block[valueEnd + 1] == '\n';
    }

    private static void WriteLine(MessageHead head, in FieldLine field, ref SpanOutput output)
    {
        output.Put(head.Name(field));
        output.Put(": "u8);
        output.Put(head.Value(field));
        output.Put("\r\n"u8);
    }

    private static int CountCookies(MessageHead head, ulong skipped)
    {
        int count = 0;
        foreach (ref readonly FieldLine field in head.Fields)
        {
            count += field.Known == KnownField.Cookie && !field.Removed && (skipped & Mask(KnownField.Cookie)) == 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>HTTP/2 may split Cookie into crumbs; HTTP/1 must see one field (RFC 9113, 8.2.3).</summary>
    private static void WriteCookies(MessageHead head, ref SpanOutput output)
    {
        ReadOnlySpan<byte> separator = "cookie: "u8;
        foreach (ref readonly FieldLine field in head.Fields)
        {
            if (field.Known == KnownField.Cookie && !field.Removed)
            {
                output.Put(separator);
                output.Put(head.Value(field));
                separator = "; "u8;
            }
        }

        output.Put("\r\n"u8);
    }
}
