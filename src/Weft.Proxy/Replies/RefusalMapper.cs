using Weft.Routing;

namespace Weft.Proxy.Replies;

/// <summary>The one table from reasons to what a client is told.</summary>
internal static class RefusalMapper
{
    /// <summary>HTTP status (RFC 9110, 15) and gRPC status for an exchange that ended without an answer from its upstream.</summary>
    public static (int Http, int Grpc) Map(EndReason reason) => reason switch
    {
        EndReason.NoService or EndReason.NoPort or EndReason.NoRoute => (404, 12),
        EndReason.NoBackend or EndReason.InvalidBackend or EndReason.InternalError => (500, 13),
        EndReason.NoHealthyEndpoint or EndReason.ConnectFailed or EndReason.NameUnresolved or EndReason.Draining or EndReason.Overloaded
            or EndReason.ConfigTimeout or EndReason.NoCertificate => (503, 14),
        EndReason.ConnectTimeout or EndReason.RequestTimeout or EndReason.BackendTimeout or EndReason.IdleTimeout or EndReason.ConnectionTimeOver => (504, 4),
        EndReason.UpstreamReset or EndReason.UpstreamClosed or EndReason.UpstreamTlsFailed => (502, 14),
        EndReason.UpstreamProtocolError => (502, 13),
        EndReason.DeniedByPolicy or EndReason.NoPolicy or EndReason.PlaintextRefused => (403, 7),
        EndReason.HeadTooLarge => (431, 8),
        EndReason.BadRequest or EndReason.DownstreamProtocolError or EndReason.ProxyHeaderInvalid => (400, 13),
        EndReason.HeadTimeout or EndReason.BodyTooSlow or EndReason.DetectTimeout => (408, 1),
        EndReason.TunnelUnsupported => (501, 12),
        EndReason.LoopDetected => (508, 14),

        // The client is gone; the number is for the record only (as nginx counts them).
        EndReason.DownstreamReset or EndReason.DownstreamClosed or EndReason.DownstreamTlsFailed or EndReason.HandshakeTimeout
            or EndReason.PeerCertificateMissing or EndReason.PeerIssuerUnknown or EndReason.PeerCertificateExpired
            or EndReason.PeerCertificateInvalid or EndReason.PeerIdentityWrong or EndReason.ServerNameUnknown or EndReason.DownstreamFlood => (499, 1),
        _ => (500, 13),
    };
}
