using Weft.Primitives.Net;

namespace Weft.Proxy.Paths;

/// <summary>Who came and where they meant to go: what is known of a connection before its first request.</summary>
/// <param name="Client">Address of the peer.</param>
/// <param name="OriginalDestination">Where the peer meant to go, read from the kernel; default when nothing was redirected.</param>
/// <param name="Identity">SPIFFE ID proved by mutual TLS, null without.</param>
internal sealed record Arrival(NetAddress Client, NetAddress OriginalDestination, string? Identity);
