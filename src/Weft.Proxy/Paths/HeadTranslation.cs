using System.Text;
using Weft.Primitives.Http;
using Weft.Proxy.Protocols;
using Weft.Wire;

namespace Weft.Proxy.Paths;

/// <summary>
/// What a head must become when the two sides speak different versions. Everything but upgrades is the writers' business: an upgrade
/// is "GET, Upgrade, 101" in HTTP/1.1 and "extended CONNECT, 200" in HTTP/2 (RFC 8441).
/// </summary>
internal static class HeadTranslation
{
    private static ReadOnlySpan<byte> Key => "sec-websocket-key"u8;

    private static ReadOnlySpan<byte> Accept => "sec-websocket-accept"u8;

    /// <summary>
    /// From a proxy of the mesh to another: the application went on in HTTP/1.1 instead of taking the upgrade. HTTP/2 alone cannot say so,
    /// because there every 2xx accepts.
    /// </summary>
    private static ReadOnlySpan<byte> Declined => "x-weft-upgrade"u8;

    public static void ForUpstream(ExchangeContext context, HttpStream upstream)
    {
        MessageHead head = context.Exchange.Head;
        if (head.Protocol.IsEmpty)
        {
            return;
        }

        if (upstream.Version == HttpVersion.Http2)
        {
            head.Method = head.Append("CONNECT"u8);
            if (head.Scheme.IsEmpty)
            {
                head.Scheme = head.Append("http"u8);
            }
        }
        else if (context.Exchange.Version == HttpVersion.Http2)
        {
            head.Method = head.Append("GET"u8);
            head.Framing = BodyFraming.None;
            if (IsWebSocket(head) && !head.TryGetField(Key, out _))
            {
                AddKey(head);
                context.MadeWebSocketKey = true;
            }
        }
    }

    /// <summary>
    /// False when the answer cannot be told to the client: it accepts in one version what it would have to decline in the other.
    /// </summary>
    public static bool ForClient(ExchangeContext context, HttpStream upstream)
    {
        MessageHead head = upstream.Head;
        HttpStream client = context.Exchange;
        bool isUpgrade = !client.Head.Protocol.IsEmpty;
        if (head.Status == 101 && !(isUpgrade && Ascii.EqualsIgnoreCase(head[head.Protocol], client.Head[client.Head.Protocol])))
        {
            // To what nobody asked for, an upstream would take the whole connection of a client.
            return false;
        }

        if (!context.WantsTunnel || !(head.Status is >= 200 and < 300 or 101))
        {
            return true;
        }

        if (isUpgrade && head.Status != 101 && upstream.Version == HttpVersion.Http11)
        {
            return client.Version != HttpVersion.Http2 || TryDecline(context, head);
        }

        if (isUpgrade && head.TryGetField(Declined, out _))
        {
            head.RemoveField(Declined);
            return true;
        }

        // The answer opens the tunnel that was asked for.
        head.Framing = BodyFraming.Tunnel;
        head.ContentLength = -1;
        if (client.Version == HttpVersion.Http2)
        {
            head.Status = 200;
            if (context.MadeWebSocketKey)
            {
                head.RemoveField(Accept);
            }
        }
        else if (isUpgrade)
        {
            head.Status = 101;
            head.Protocol = head.Append(client.Head[client.Head.Protocol]);
            AddAccept(client.Head, head);
        }

        return true;
    }

    private static bool TryDecline(ExchangeContext context, MessageHead head)
    {
        if (context.IsFromProxy)
        {
            head.SetField(Declined, "declined"u8);
        }

        return context.IsFromProxy;
    }

    private static bool IsWebSocket(MessageHead head) => Ascii.EqualsIgnoreCase(head[head.Protocol], "websocket"u8);

    /// <summary>In HTTP/2 there is no key (RFC 8441, 5); a server of HTTP/1.1 asks for one.</summary>
    private static void AddKey(MessageHead head)
    {
        Span<byte> nonce = stackalloc byte[WebSocketKey.NonceSize];
        Span<byte> key = stackalloc byte[WebSocketKey.KeySize];
        Random.Shared.NextBytes(nonce);
        WebSocketKey.Write(nonce, key);
        head.AddField(Key, key);
    }

    /// <summary>The other way round: a client of HTTP/1.1 that sent a key asks for its answer.</summary>
    private static void AddAccept(MessageHead request, MessageHead response)
    {
        if (!IsWebSocket(request) || !request.TryGetField(Key, out ReadOnlySpan<byte> key) || key.Length != WebSocketKey.KeySize
            || response.TryGetField(Accept, out _))
        {
            return;
        }

        Span<byte> accept = stackalloc byte[WebSocketKey.AcceptSize];
        WebSocketKey.WriteAccept(key, accept);
        response.AddField(Accept, accept);
    }
}
