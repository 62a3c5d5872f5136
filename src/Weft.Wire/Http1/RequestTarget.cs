using System.Text;
using Weft.Primitives.Http;

namespace Weft.Wire.Http1;

/// <summary>The four forms of a request target (RFC 9112, 3.2) and their agreement with Host.</summary>
internal static class RequestTarget
{
    /// <summary>Sets path, authority and scheme of the head from its target and its Host field.</summary>
    internal static HeadFault Apply(MessageHead head, Slice target, in HeadFacts facts)
    {
        if (!facts.HasHost && head.Version == HttpVersion.Http11)
        {
            return HeadFault.MissingHost;
        }

        // An empty Host is what a client must send whose target has no authority (RFC 9110, 7.2).
        if (!facts.Host.IsEmpty && !HeadRules.IsAuthority(head[facts.Host]))
        {
            return HeadFault.BadHost;
        }

        head.Authority = facts.Host;
        ReadOnlySpan<byte> text = head[target];
        if (head[head.Method].SequenceEqual("CONNECT"u8))
        {
            return ApplyConnect(head, target, facts);
        }

        if (text[0] == '/')
        {
            head.Path = target;
            return HeadFault.None;
        }

        if (text.SequenceEqual("*"u8))
        {
            head.Path = target;
            return head[head.Method].SequenceEqual("OPTIONS"u8) ? HeadFault.None : HeadFault.BadTarget;
        }

        return ApplyAbsolute(head, target, facts);
    }

    private static HeadFault ApplyConnect(MessageHead head, Slice target, in HeadFacts facts)
    {
        if (!HeadRules.TrySplitAuthority(head[target], out _, out ReadOnlySpan<byte> port) || port.IsEmpty)
        {
            return HeadFault.BadTarget;
        }

        head.Authority = target;
        return HeadDisagrees(head, target, facts, default);
    }

    private static HeadFault ApplyAbsolute(MessageHead head, Slice target, in HeadFacts facts)
    {
        ReadOnlySpan<byte> text = head[target];
        bool secure = text.Length > 8 && Ascii.EqualsIgnoreCase(text[..8], "https://"u8);
        if (!secure && !(text.Length > 7 && Ascii.EqualsIgnoreCase(text[..7], "http://"u8)))
        {
            return HeadFault.BadTarget;
        }

        int from = secure ? 8 : 7;
        int length = text[from..].IndexOfAny((byte)'/', (byte)'?');
        length = length < 0 ? text.Length - from : length;
        Slice authority = new(target.Offset + from, length);
        if (!HeadRules.IsAuthority(head[authority]))
        {
            return HeadFault.BadHost;
        }

        head.Scheme = new Slice(target.Offset, from - 3);
        head.Authority = authority;
        HeadFault fault = HeadDisagrees(head, authority, facts, secure ? "443"u8 : "80"u8);
        if (fault == HeadFault.None)
        {
            SetPath(head, new Slice(authority.Offset + length, text.Length - from - length));
        }

        return fault;
    }

    private static HeadFault HeadDisagrees(MessageHead head, Slice authority, in HeadFacts facts, ReadOnlySpan<byte> defaultPort)
    {
        return !facts.HasHost || HeadRules.Agree(head[authority], head[facts.Host], defaultPort) ? HeadFault.None : HeadFault.HostDisagrees;
    }

    /// <summary>An absolute target may have no path: then it is "/", or "*" for OPTIONS (RFC 9112, 3.2.1 and 3.2.4).</summary>
    private static void SetPath(MessageHead head, Slice rest)
    {
        if (!rest.IsEmpty && head[rest][0] == '/')
        {
            head.Path = rest;
        }
        else if (rest.IsEmpty)
        {
            head.Path = head.Append(head[head.Method].SequenceEqual("OPTIONS"u8) ? "*"u8 : "/"u8);
        }
        else
        {
            // The query follows the authority directly. Reserve first: growing moves the block that the query is copied from.
            head.Reserve(rest.Length + 1);
            Slice slash = head.Append("/"u8);
            head.Append(head[rest]);
            head.Path = new Slice(slash.Offset, rest.Length + 1);
        }
    }
}
