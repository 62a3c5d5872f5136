using Weft.Identity;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;

namespace Weft.Proxy.Joining;

/// <summary>
/// Turns the pin in a join token into the root itself: a first handshake, over which nothing is sent, only looks at what the server shows. The
/// root whose hash is the pin is then trusted, and the real connection is verified against it in the ordinary way.
/// </summary>
internal static class RootFinder
{
    private const int ConnectMs = 2_000;

    /// <summary>Looks once.</summary>
    /// <returns>The pinned root and the trust domain that the server claims, which the real connection verifies; or why there is none.</returns>
    public static async ValueTask<(FoundRoot? Root, string Fault)> FindAsync(EventLoop loop, SocketFactory sockets, NetAddress server, RootPin pin)
    {
        if (sockets.Connect(loop, server, out string? fault) is not { } socket)
        {
            return (null, $"connecting to {server}: {fault}");
        }

        Transport current = socket;
        LoopTimer timer = new(loop, () => current.Abort());
        timer.Set(ConnectMs);
        await socket.Writable;
        if (socket.IsClosed || socket.TakeError() is not 0)
        {
            timer.Remove();
            socket.Close();
            return (null, $"no connection to {server}");
        }

        using TlsContext context = new(new TlsSettings { IsServer = false, TrustsAnyone = true, Alpn = ["h2"] });
        TlsTransport tls = new(socket, context);
        current = tls;
        timer.Set(ConnectionLimits.Default.HandshakeMs);
        bool shaken = await tls.HandshakeAsync();
        timer.Remove();
        (FoundRoot? Root, string Fault) found = shaken ? Judge(tls, server, pin) : (null, $"the TLS handshake with {server} failed: {tls.Fault}");
        tls.Abort();
        return found;
    }

    private static (FoundRoot? Root, string Fault) Judge(TlsTransport tls, NetAddress server, RootPin pin)
    {
        if (tls.ReadPeerChain().FirstOrDefault(der => pin.Matches(der)) is not { } root)
        {
            return (null, $"{server} does not show the root that the join token names: it is not the control plane of the token's mesh");
        }

        return SpiffeId.TryParse(tls.Peer.SpiffeId, out SpiffeId? claimed)
            ? (new FoundRoot(root, claimed.TrustDomain), "")
            : (null, $"the certificate of {server} has no SPIFFE ID");
    }
}

/// <summary>The root of a mesh, DER, and the trust domain that its control plane claims.</summary>
internal sealed record FoundRoot(byte[] Der, string TrustDomain);
