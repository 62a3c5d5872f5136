using Weft.Primitives.Net;
using Weft.Proxy.Security;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy.Upstreams;

/// <summary>Where an upstream is and how it is spoken to.</summary>
internal sealed record UpstreamSettings
{
    /// <summary>Where it is; with <see cref="Host"/> only the port counts.</summary>
    public required NetAddress Address { get; init; }

    /// <summary>A host name, resolved at every dial.</summary>
    public string? Host { get; init; }

    /// <summary>As figures and messages name it.</summary>
    public string Name => new UpstreamPlace(Address, Host).ToString();

    public UpstreamProtocol Protocol { get; init; }

    /// <summary>The present TLS context, null for plain text. Read at every dial, so that a renewed certificate is used at once;
    /// giving null refuses the dial.</summary>
    public Func<TlsContext?>? Tls { get; init; }

    /// <summary>URI, DNS name or IP address that the upstream's certificate must carry; null: any that the roots vouch for.</summary>
    public string? ExpectedName { get; init; }

    /// <summary>The protocol that the server must choose by ALPN; null: whatever it chooses.</summary>
    public string? Alpn { get; init; }

    /// <summary>HTTP/2: silence in ms after which the peer is asked for a sign of life; 0: never.</summary>
    public int KeepAliveMs { get; init; }

    /// <summary>The PROXY protocol header that begins every connection. Only for opaque streams, of which each has a connection of its own.</summary>
    public ProxyVersion ProxyHeader { get; init; }

    /// <summary>It passes requests on to wherever they say: CONNECT goes to it as it is, other requests with their whole URI.</summary>
    public bool IsForwardProxy { get; init; }

    /// <summary>Where a connection goes when nobody listens at <see cref="Address"/>.</summary>
    public NetAddress? Other { get; init; }

    public int ConnectMs { get; init; } = 2_000;
}
