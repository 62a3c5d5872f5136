using Weft.Primitives.Http;

namespace Weft.Wire.Http1;

/// <summary>
/// Writes heads as HTTP/1.1, whatever version they were read from: start line, Host, the fields that are not removed,
/// then framing and connection made from the head. Removed and hop-by-hop fields are never written.
/// </summary>
public static class Http1HeadWriter
{
    /// <summary>
    /// Writes a request head. <see cref="BodyFraming.Chunked"/>, and <see cref="BodyFraming.Http2Stream"/> without a declared length,
    /// give "Transfer-Encoding: chunked"; a declared length gives Content-Length. An extended CONNECT (RFC 8441) becomes the GET of an upgrade.
    /// </summary>
    /// <param name="head">The request.</param>
    /// <param name="output">Room for it.</param>
    /// <param name="written">Octets of it that were used.</param>
    /// <param name="toProxy">It goes to a forward proxy, which is asked with a whole URI (RFC 9112, 3.2.2).</param>
    /// <returns>False when <paramref name="output"/> is too small; what was written to it then means nothing.</returns>
    public static bool TryWriteRequest(MessageHead head, Span<byte> output, out int written, bool toProxy = false)
    {
        SpanOutput to = new(output);
        ReadOnlySpan<byte> method = head[head.Method];
        bool connect = method.SequenceEqual("CONNECT"u8);
        bool tunnel = connect && head.Protocol.IsEmpty;
        to.Put(connect && !tunnel ? "GET"u8 : method);
        to.Put(" "u8);
        PutTarget(head, tunnel, toProxy, ref to);
        to.Put(" HTTP/1.1\r\nHost: "u8);
        to.Put(head[head.Authority]);
        to.Put("\r\n"u8);
        bool upgrade = !head.Protocol.IsEmpty;
        ulong host = FieldWriter.Mask(KnownField.Host);
        if (tunnel || upgrade && head.Framing is BodyFraming.Http2Stream or BodyFraming.Tunnel)
        {
            FieldWriter.Write(head, FieldWriter.InHeads | host | FieldWriter.Mask(KnownField.ContentLength), ref to);
        }
        else if (head.Framing == BodyFraming.None && head.ContentLength < 0 && ExpectsBody(method) && !HasLength(head))
        {
            FieldWriter.Write(head, FieldWriter.InHeads | host, ref to);
            to.Put("Content-Length: 0\r\n"u8);
        }
        else
        {
            WriteFieldsAndFraming(head, host, ref to);
        }

        WriteConnection(head, close: !head.KeepAlive, ref to);
        to.Put("\r\n"u8);
        written = to.IsFull ? 0 : to.Written;
        return !to.IsFull;
    }

    /// <summary>
    /// Writes a response head. <see cref="BodyFraming.UntilClose"/> gives no framing and "Connection: close". A response without
    /// body and without Content-Length gets "Content-Length: 0", except where the status or <paramref name="requestWasHead"/> says that none follows.
    /// To an HTTP/1.0 client, told by <paramref name="toHttp10"/>, the caller must turn chunked bodies into <see cref="BodyFraming.UntilClose"/>
    /// first; it is told of a connection that stays open, which it would not expect (RFC 9112, 9.3).
    /// </summary>
    /// <returns>False when <paramref name="output"/> is too small; what was written to it then means nothing.</returns>
    public static bool TryWriteResponse(MessageHead head, Span<byte> output, out int written, bool requestWasHead = false, bool toHttp10 = false)
    {
        SpanOutput to = new(output);
        to.Put("HTTP/1.1 "u8);
        to.Put(head.Status);
        to.Put(" "u8);
        to.Put(ReasonPhrases.Of(head.Status));
        to.Put("\r\n"u8);
        bool never = head.Status is < 200 or 204 || head.Framing == BodyFraming.Tunnel;
        if (never)
        {
            FieldWriter.Write(head, FieldWriter.InHeads | FieldWriter.Mask(KnownField.ContentLength), ref to);
        }
        else if (head.Framing == BodyFraming.None && head.Status != 304 && !requestWasHead && !HasLength(head))
        {
            FieldWriter.Write(head, FieldWriter.InHeads, ref to);
            to.Put("Content-Length: 0\r\n"u8);
        }
        else
        {
            WriteFieldsAndFraming(head, 0, ref to);
        }

        bool close = head.Framing == BodyFraming.UntilClose || (!head.KeepAlive && head.Framing != BodyFraming.Tunnel && head.Status >= 200);
        WriteConnection(head, close, ref to);
        if (toHttp10 && !close && head.Framing != BodyFraming.Tunnel)
        {
            to.Put("Connection: keep-alive\r\n"u8);
        }

        to.Put("\r\n"u8);
        written = to.IsFull ? 0 : to.Written;
        return !to.IsFull;
    }

    private static void PutTarget(MessageHead head, bool tunnel, bool toProxy, ref SpanOutput to)
    {
        if (tunnel)
        {
            to.Put(head[head.Authority]);
            return;
        }

        ReadOnlySpan<byte> path = head.Path.IsEmpty ? "/"u8 : head[head.Path];
        if (toProxy)
        {
            to.Put(head.Scheme.IsEmpty ? "http"u8 : head[head.Scheme]);
            to.Put("://"u8);
            to.Put(head[head.Authority]);

            // "OPTIONS *" has no path at all there (RFC 9112, 3.2.4).
            path = path is [(byte)'*'] ? default : path;
        }

        to.Put(path);
    }

    private static void WriteFieldsAndFraming(MessageHead head, ulong skipped, ref SpanOutput to)
    {
        skipped |= FieldWriter.InHeads;
        ulong length = FieldWriter.Mask(KnownField.ContentLength);
        switch (head.Framing)
        {
            case BodyFraming.None:
                FieldWriter.Write(head, skipped, ref to);
                break;
            case BodyFraming.Length or BodyFraming.Http2Stream when head.ContentLength >= 0:
                bool kept = HasLength(head);
                FieldWriter.Write(head, kept ? skipped : skipped | length, ref to);
                if (!kept)
                {
                    to.Put("Content-Length: "u8);
                    to.Put(head.ContentLength);
                    to.Put("\r\n"u8);
                }

                break;
            case BodyFraming.Chunked or BodyFraming.Http2Stream:
                FieldWriter.Write(head, skipped | length, ref to);
                to.Put("Transfer-Encoding: chunked\r\n"u8);
                break;
            default:
                FieldWriter.Write(head, skipped | length, ref to);
                break;
        }
    }

    /// <summary>
    /// Whether exactly one Content-Length is in the list and, when there is a body, says what the head says. Whoever edits
    /// a head may forget one of the two, and a length that lies would desynchronise the connection.
    /// </summary>
    private static bool HasLength(MessageHead head)
    {
        int count = 0;
        foreach (ref readonly FieldLine field in head.Fields)
        {
            if (field.Known == KnownField.ContentLength && !field.Removed)
            {
                count++;
                if (!HeadRules.TryReadLength(head.Value(field), out long value) || (head.Framing != BodyFraming.None && value != head.ContentLength))
                {
                    return false;
                }
            }
        }

        return count == 1;
    }

    private static bool ExpectsBody(ReadOnlySpan<byte> method)
        => method.SequenceEqual("POST"u8) || method.SequenceEqual("PUT"u8) || method.SequenceEqual("PATCH"u8);

    private static void WriteConnection(MessageHead head, bool close, ref SpanOutput to)
    {
        if (!head.Protocol.IsEmpty)
        {
            to.Put("Connection: upgrade\r\nUpgrade: "u8);
            to.Put(head[head.Protocol]);
            to.Put("\r\n"u8);
        }

        if (close)
        {
            to.Put("Connection: close\r\n"u8);
        }

        if (head.Status == 0 && HasTe(head))
        {
            // TE is a field of this hop and must be named as such (RFC 9110, 10.1.4).
            to.Put("Connection: TE\r\n"u8);
        }
    }

    private static bool HasTe(MessageHead head)
    {
        foreach (ref readonly FieldLine field in head.Fields)
        {
            if (field.Known == KnownField.Te && !field.Removed)
            {
                return true;
            }
        }

        return false;
    }
}
