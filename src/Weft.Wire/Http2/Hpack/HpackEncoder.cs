using System.Buffers.Text;
using Weft.Primitives.Http;

namespace Weft.Wire.Http2.Hpack;

/// <summary>
/// Encodes heads without state: static table and plain literals, no dynamic table and no Huffman code. That is the least work
/// for both sides, and between two proxies of a mesh the octets saved would not pay for it. Field names are lower-cased; removed
/// fields and those that belong to an HTTP/1 connection are left out. <see cref="MessageHead.Framing"/> decides nothing here.
/// </summary>
public static class HpackEncoder
{
    /// <summary>Dynamic table size update to 0 (RFC 7541, 6.3): may begin any block, and is all the state there is.</summary>
    public const byte TableSizeZero = 0x20;

    private const int IndexAuthority = 1;
    private const int IndexGet = 2;
    private const int IndexPost = 3;
    private const int IndexRoot = 4;
    private const int IndexHttp = 6;
    private const int IndexHttps = 7;
    private const int IndexOk = 8;

    private const ulong HopByHop =
        (1UL << (int)KnownField.Connection) | (1UL << (int)KnownField.KeepAlive) | (1UL << (int)KnownField.ProxyConnection)
        | (1UL << (int)KnownField.TransferEncoding) | (1UL << (int)KnownField.Upgrade) | (1UL << (int)KnownField.Http2Settings);

    private const ulong NotInTrailers = HopByHop | (1UL << (int)KnownField.ContentLength) | (1UL << (int)KnownField.Host)
        | (1UL << (int)KnownField.Te) | (1UL << (int)KnownField.Trailer);

    /// <summary>
    /// Encodes a request. The scheme is "http" unless the head has one; Host gives way to :authority. CONNECT has neither scheme nor path;
    /// with <see cref="MessageHead.Protocol"/> set, whatever the method was, the request is an extended CONNECT (RFC 8441).
    /// </summary>
    /// <param name="head">The request.</param>
    /// <param name="output">Room for its block.</param>
    /// <param name="written">Octets of it that were used.</param>
    /// <param name="isSecure">Given: whether the connection that the request goes out on is TLS, which "http" or "https" then says; null: as the head has it.</param>
    /// <returns>False when <paramref name="output"/> is too small; what was written to it then means nothing.</returns>
    public static bool TryEncodeRequest(MessageHead head, Span<byte> output, out int written, bool? isSecure = null)
    {
        HpackOutput to = new(output);
        ReadOnlySpan<byte> method = head[head.Method];
        bool extended = !head.Protocol.IsEmpty;
        bool connect = extended || method.SequenceEqual("CONNECT"u8);
        PutMethod(connect ? "CONNECT"u8 : method, ref to);
        if (!connect || extended)
        {
            PutSchemeAndPath(head, isSecure, ref to);
        }

        if (!head.Authority.IsEmpty)
        {
            to.PutLiteral(IndexAuthority, head[head.Authority]);
        }

        if (extended)
        {
            to.PutLiteral(":protocol"u8, head[head.Protocol]);
        }

        ulong skipped = HopByHop | (1UL << (int)KnownField.Host) | (connect ? 1UL << (int)KnownField.ContentLength : 0);
        PutFields(head, skipped, ref to);
        return Finish(to, out written);
    }

    /// <summary>Encodes a response, interim ones too.</summary>
    /// <returns>False when <paramref name="output"/> is too small; what was written to it then means nothing.</returns>
    public static bool TryEncodeResponse(MessageHead head, Span<byte> output, out int written)
    {
        HpackOutput to = new(output);
        PutStatus(head.Status, ref to);
        PutFields(head, HopByHop, ref to);
        return Finish(to, out written);
    }

    /// <summary>Encodes a trailer section, without the fields that may not be in one.</summary>
    /// <returns>False when <paramref name="output"/> is too small; what was written to it then means nothing.</returns>
    public static bool TryEncodeTrailers(MessageHead trailers, Span<byte> output, out int written)
    {
        HpackOutput to = new(output);
        PutFields(trailers, NotInTrailers, ref to);
        return Finish(to, out written);
    }

    private static bool Finish(in HpackOutput to, out int written)
    {
        written = to.IsFull ? 0 : to.Written;
        return !to.IsFull;
    }

    private static void PutMethod(ReadOnlySpan<byte> method, ref HpackOutput to)
    {
        if (method.SequenceEqual("GET"u8))
        {
            to.PutIndexed(IndexGet);
        }
        else if (method.SequenceEqual("POST"u8))
        {
            to.PutIndexed(IndexPost);
        }
        else
        {
            to.PutLiteral(IndexGet, method);
        }
    }

    private static void PutSchemeAndPath(MessageHead head, bool? isSecure, ref HpackOutput to)
    {
        ReadOnlySpan<byte> scheme = head[head.Scheme];
        if (scheme.IsEmpty || System.Text.Ascii.EqualsIgnoreCase(scheme, "http"u8))
        {
            to.PutIndexed(isSecure == true ? IndexHttps : IndexHttp);
        }
        else if (System.Text.Ascii.EqualsIgnoreCase(scheme, "https"u8))
        {
            to.PutIndexed(isSecure == false ? IndexHttp : IndexHttps);
        }
        else
        {
            to.PutLiteral(IndexHttp, scheme);
        }

        ReadOnlySpan<byte> path = head[head.Path];
        if (path.IsEmpty || path.SequenceEqual("/"u8))
        {
            to.PutIndexed(IndexRoot);
        }
        else
        {
            to.PutLiteral(IndexRoot, path);
        }
    }

    private static void PutStatus(int status, ref HpackOutput to)
    {
        int index = status switch { 200 => 8, 204 => 9, 206 => 10, 304 => 11, 400 => 12, 404 => 13, 500 => 14, _ => 0 };
        if (index != 0)
        {
            to.PutIndexed(index);
            return;
        }

        Span<byte> digits = stackalloc byte[11];
        Utf8Formatter.TryFormat(status, digits, out int length);
        to.PutLiteral(IndexOk, digits[..length]);
    }

    private static void PutFields(MessageHead head, ulong skipped, ref HpackOutput to)
    {
        foreach (ref readonly FieldLine field in head.Fields)
        {
            if (!field.Removed && (skipped >> (int)field.Known & 1) == 0)
            {
                to.PutLiteral(head.Name(field), head.Value(field));
            }
        }
    }
}
