using System.Text;
using Weft.Primitives.Http;

namespace Weft.Wire.Http1;

/// <summary>
/// Reads heads of HTTP/1.0 and HTTP/1.1 messages (RFC 9112). Whatever two parsers could understand differently is
/// refused, never repaired.
/// </summary>
public static class Http1HeadReader
{
    private static ReadOnlySpan<byte> EmptyLine => "\r\n\r\n"u8;

    /// <summary>
    /// Reads one request head from the start of <paramref name="input"/>. On <see cref="ReadStatus.Done"/> the head holds its
    /// own copy of the bytes, <paramref name="consumed"/> of them; fields of this hop and those that Connection nominates are
    /// in the list and marked removed. On <see cref="ReadStatus.NeedMore"/> the head is untouched: call again from the same start.
    /// On <see cref="ReadStatus.Rejected"/> <paramref name="fault"/> says why and the head's content is undefined.
    /// </summary>
    public static ReadStatus TryReadRequest(ReadOnlySpan<byte> input, MessageHead head, in HeadLimits limits, out int consumed, out HeadFault fault)
    {
        // One empty line before a request is skipped, because old clients end bodies with one too many (RFC 9112, 2.2).
        int start = input.StartsWith("\r\n"u8) ? 2 : 0;
        if (!TryCopy(input[start..], head, limits, requests: true, out fault))
        {
            consumed = 0;
            return fault == HeadFault.None ? ReadStatus.NeedMore : ReadStatus.Rejected;
        }

        consumed = start + head.Block.Length;
        fault = ParseRequest(head, limits);
        return fault == HeadFault.None ? ReadStatus.Done : Refuse(out consumed);
    }

    /// <summary>
    /// Reads one response head; the request's method is needed to know whether a body follows (RFC 9112, 6.3).
    /// Interim responses (1xx) are returned like others, with <see cref="BodyFraming.None"/>. For the rest as <see cref="TryReadRequest"/>.
    /// </summary>
    public static ReadStatus TryReadResponse(
        ReadOnlySpan<byte> input, MessageHead head, bool requestWasHead, bool requestWasConnect, in HeadLimits limits, out int consumed, out HeadFault fault)
    {
        if (!TryCopy(input, head, limits, requests: false, out fault))
        {
            consumed = 0;
            return fault == HeadFault.None ? ReadStatus.NeedMore : ReadStatus.Rejected;
        }

        consumed = head.Block.Length;
        fault = ParseResponse(head, requestWasHead, requestWasConnect, limits);
        return fault == HeadFault.None ? ReadStatus.Done : Refuse(out consumed);
    }

    private static ReadStatus Refuse(out int consumed)
    {
        consumed = 0;
        return ReadStatus.Rejected;
    }

    /// <summary>Copies the head into the block once its end is there.</summary>
    private static bool TryCopy(ReadOnlySpan<byte> input, MessageHead head, in HeadLimits limits, bool requests, out HeadFault fault)
    {
        int most = limits.StartLine + limits.FieldBytes + EmptyLine.Length;
        int end = (input.Length > most ? input[..most] : input).IndexOf(EmptyLine);
        if (end < 0)
        {
            fault = CheckIncomplete(input, limits, requests, most);
            return false;
        }

        head.Clear();
        head.Append(input[..(end + EmptyLine.Length)]);
        fault = HeadFault.None;
        return true;
    }

    /// <summary>Refuses early what can never become a head, so that a hopeless peer does not hold a connection until its time is up.</summary>
    private static HeadFault CheckIncomplete(ReadOnlySpan<byte> input, in HeadLimits limits, bool requests, int most)
    {
        if (input.IsEmpty)
        {
            return HeadFault.None;
        }

        ReadOnlySpan<byte> version = "HTTP/1."u8;
        if (requests && !HeadRules.Token.Contains(input[0]) && !input.SequenceEqual("\r"u8))
        {
            return HeadFault.BadMethod;
        }

        if (!requests && !version[..Math.Min(version.Length, input.Length)].SequenceEqual(input[..Math.Min(version.Length, input.Length)]))
        {
            return HeadFault.BadVersion;
        }

        int line = input.IndexOf((byte)'\n');
        if ((line < 0 ? input.Length - 1 : line - 1) > limits.StartLine)
        {
            return HeadFault.LineTooLong;
        }

        for (int at = line, next = line; next >= 0; at += next + 1)
        {
            if (at == 0 || input[at - 1] != '\r')
            {
                return HeadFault.BareLf;
            }

            next = input[(at + 1)..].IndexOf((byte)'\n');
        }

        return input.Length >= most ? HeadFault.FieldsTooLarge : HeadFault.None;
    }

    private static HeadFault ParseRequest(MessageHead head, in HeadLimits limits)
    {
        ReadOnlySpan<byte> block = head.Block;
        int method = block.IndexOfAnyExcept(HeadRules.Token);
        if (method <= 0 || block[method] != ' ')
        {
            return block[Math.Max(method, 0)] == '\n' ? HeadFault.BareLf : HeadFault.BadMethod;
        }

        int target = method + 1;
        int targetEnd = target + block[target..].IndexOfAny(HeadRules.NotTarget);
        if (targetEnd + "HTTP/1.1".Length + 1 > limits.StartLine)
        {
            return HeadFault.LineTooLong;
        }

        if (targetEnd == target || block[targetEnd] != ' ')
        {
            return block[targetEnd] switch { (byte)'\n' => HeadFault.BareLf, (byte)'\r' => HeadFault.BadVersion, _ => HeadFault.BadTarget };
        }

        HeadFault fault = ReadVersion(head, block[(targetEnd + 1)..]);
        if (fault != HeadFault.None)
        {
            return fault;
        }

        int fields = targetEnd + 1 + "HTTP/1.1".Length;
        if (block[fields] != '\r' || block[fields + 1] != '\n')
        {
            return block[fields] == '\n' ? HeadFault.BareLf : HeadFault.BadVersion;
        }

        head.Method = new Slice(0, method);
        HeadFacts facts = default;
        fault = facts.ReadFields(head, fields + 2, limits);
        if (fault != HeadFault.None)
        {
            return fault;
        }

        fault = RequestTarget.Apply(head, new Slice(target, targetEnd - target), facts);
        return fault != HeadFault.None ? fault : FinishRequest(head, ref facts);
    }

    private static HeadFault FinishRequest(MessageHead head, ref HeadFacts facts)
    {
        HeadFault fault = facts.Finish(head);
        if (fault != HeadFault.None)
        {
            return fault;
        }

        if (head[head.Method].SequenceEqual("CONNECT"u8))
        {
            // A tunnel cannot be upgraded; with a protocol it would be taken for the extended CONNECT of HTTP/2.
            head.Protocol = default;
            if (facts.IsChunked || facts.Length > 0)
            {
                return HeadFault.BodyForbidden;
            }
        }

        head.Framing = facts.IsChunked ? BodyFraming.Chunked : facts.Length >= 0 ? BodyFraming.Length : BodyFraming.None;
        head.ContentLength = facts.Length;
        head.ExpectContinue = facts.ExpectContinue && head.Version == HttpVersion.Http11;
        return HeadFault.None;
    }

    private static HeadFault ParseResponse(MessageHead head, bool requestWasHead, bool requestWasConnect, in HeadLimits limits)
    {
        ReadOnlySpan<byte> block = head.Block;
        HeadFault fault = ReadVersion(head, block);
        if (fault != HeadFault.None)
        {
            return fault;
        }

        int reason = "HTTP/1.1 200".Length;
        if (block.Length < reason + 2 || block[8] != ' ' || !TryReadStatus(block[9..reason], out int status))
        {
            return HeadFault.BadStatus;
        }

        // The blank after the status is missing in what some servers send; nothing else hangs on it.
        int end = reason + block[reason..].IndexOfAny(HeadRules.NotValue);
        if (block[end] != '\r' || block[end + 1] != '\n' || (end > reason && block[reason] != ' '))
        {
            return block[end] == '\n' ? HeadFault.BareLf : HeadFault.BadStatus;
        }

        if (end > limits.StartLine)
        {
            return HeadFault.LineTooLong;
        }

        head.Status = status;
        HeadFacts facts = default;
        fault = facts.ReadFields(head, end + 2, limits);
        if (fault == HeadFault.None)
        {
            fault = facts.Finish(head);
        }

        return fault != HeadFault.None ? fault : FrameResponse(head, facts, requestWasHead, requestWasConnect);
    }

    private static HeadFault FrameResponse(MessageHead head, in HeadFacts facts, bool requestWasHead, bool requestWasConnect)
    {
        int status = head.Status;
        head.Protocol = status == 101 ? head.Protocol : default;
        bool accepted = requestWasConnect && status is >= 200 and < 300;
        if (status is < 200 or 204 || accepted)
        {
            if (facts.IsChunked || facts.Length > 0)
            {
                return HeadFault.BodyForbidden;
            }

            // "Content-Length: 0" is harmless but must not be passed on (RFC 9110, 8.6).
            head.RemoveField(KnownField.ContentLength);
            if (status == 101 && head.Protocol.IsEmpty)
            {
                return HeadFault.BadUpgrade;
            }

            head.Framing = status == 101 || accepted ? BodyFraming.Tunnel : BodyFraming.None;
            return HeadFault.None;
        }

        head.ContentLength = facts.Length;
        head.Framing = requestWasHead || status == 304 ? BodyFraming.None
            : facts.IsChunked ? BodyFraming.Chunked
            : facts.Length >= 0 ? BodyFraming.Length
            : BodyFraming.UntilClose;
        head.KeepAlive &= head.Framing != BodyFraming.UntilClose;
        return HeadFault.None;
    }

    private static HeadFault ReadVersion(MessageHead head, ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("HTTP/1.1"u8))
        {
            head.Version = HttpVersion.Http11;
            return HeadFault.None;
        }

        head.Version = HttpVersion.Http10;
        return text.StartsWith("HTTP/1.0"u8) ? HeadFault.None : HeadFault.BadVersion;
    }

    private static bool TryReadStatus(ReadOnlySpan<byte> digits, out int status)
    {
        status = 0;
        return HeadRules.TryReadLength(digits, out long value) && (status = (int)value) is >= 100 and <= 599;
    }
}
