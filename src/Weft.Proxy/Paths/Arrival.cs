using Weft.Identity;
using Weft.Primitives.Net;
using Weft.Routing.Authorization;

namespace Weft.Proxy.Paths;

/// <summary>Who came and where they meant to go: what is known of a connection before its first request.</summary>
/// <param name="Client">Address of the peer.</param>
/// <param name="OriginalDestination">Where the peer meant to go, read from the kernel; default when nothing was redirected.</param>
/// <param name="Identity">SPIFFE ID proved by mutual TLS, null without.</param>
internal sealed record Arrival(NetAddress Client, NetAddress OriginalDestination, string? Identity)
{
    private PeerContext? _peer;

    /// <summary>The address that the client had connected to; default when nobody needs it.</summary>
    public NetAddress Local { get; init; }

    /// <summary>The server name that the client's own TLS asks for, in lower case; empty when it asks for none or was not looked at.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>The peer as policies see it.</summary>
    public PeerContext Peer => _peer ??= ReadPeer();

    /// <summary>"namespace/service" of the peer's identity, empty without one.</summary>
    public string Service { get; private set; } = "";

    private PeerContext ReadPeer()
    {
        if (Identity is null || !SpiffeId.TryParse(Identity, out SpiffeId? id))
        {
            return PeerContext.Plain;
        }

        Service = id.Namespace is { } ns && id.Service is { } service ? $"{ns}/{service}" : "";
        return new PeerContext(Identity, id.Namespace);
    }
}
