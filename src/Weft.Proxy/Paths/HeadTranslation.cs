using Weft.Primitives.Http;
using Weft.Proxy.Protocols;

namespace Weft.Proxy.Paths;

/// <summary>
/// What a head must become when the two sides speak different versions. Everything but upgrades is the writers' business: an upgrade
/// is "GET, Upgrade, 101" in HTTP/1.1 and "extended CONNECT, 200" in HTTP/2 (RFC 8441).
/// </summary>
internal static class HeadTranslation
{
    public static void ForUpstream(HttpStream client, HttpStream upstream)
    {
        MessageHead head = client.Head;
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
        else if (client.Version == HttpVersion.Http2)
        {
            head.Method = head.Append("GET"u8);
            head.Framing = BodyFraming.None;
        }
    }

    public static void ForClient(HttpStream client, HttpStream upstream, bool wantsTunnel)
    {
        MessageHead head = upstream.Head;
        if (!wantsTunnel || !(head.Status == 101 || (head.Status is >= 200 and < 300 && upstream.Version != HttpVersion.Http11)))
        {
            return;
        }

        // The answer opens the tunnel that was asked for.
        MessageHead request = client.Head;
        head.Framing = BodyFraming.Tunnel;
        head.ContentLength = -1;
        if (client.Version == HttpVersion.Http2)
        {
            head.Status = 200;
        }
        else if (!request.Protocol.IsEmpty)
        {
            head.Status = 101;
            head.Protocol = head.Append(request[request.Protocol]);
        }
    }
}
