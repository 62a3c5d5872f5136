namespace Weft.Routing;

/// <summary>
/// The short code that Envoy's access log has for the same ending (%RESPONSE_FLAGS%), so that parsers and habits hold. The reason says more: one
/// code stands for several reasons.
/// </summary>
public static class EnvoyFlags
{
    /// <summary>The code; empty where nothing went wrong.</summary>
    public static string Of(EndReason reason) => reason switch
    {
        EndReason.Ok => "",
        EndReason.NoService or EndReason.NoPort or EndReason.NoRoute or EndReason.NoBackend or EndReason.ServerNameUnknown => "NR",
        EndReason.NoHealthyEndpoint => "UH",
        EndReason.InvalidBackend or EndReason.ConfigTimeout => "NC",
        EndReason.ConnectFailed or EndReason.ConnectTimeout or EndReason.UpstreamTlsFailed or EndReason.NoCertificate => "UF",
        EndReason.NameUnresolved => "DF",
        EndReason.RequestTimeout or EndReason.BackendTimeout => "UT",
        EndReason.IdleTimeout or EndReason.BodyTooSlow or EndReason.HeadTimeout or EndReason.DetectTimeout or EndReason.HandshakeTimeout => "SI",
        EndReason.ConnectionTimeOver => "DT",
        EndReason.UpstreamReset => "UR",
        EndReason.UpstreamClosed => "UC",
        EndReason.UpstreamProtocolError => "UPE",
        EndReason.DownstreamReset => "DR",
        EndReason.DownstreamClosed => "DC",
        EndReason.DownstreamProtocolError or EndReason.BadRequest or EndReason.HeadTooLarge or EndReason.TunnelUnsupported or EndReason.ProxyHeaderInvalid => "DPE",
        EndReason.DownstreamTlsFailed or EndReason.PeerCertificateMissing or EndReason.PeerIssuerUnknown or EndReason.PeerCertificateExpired
            or EndReason.PeerCertificateInvalid or EndReason.PeerIdentityWrong => "DPE",
        EndReason.DownstreamFlood => "DPE",
        EndReason.Overloaded => "OM",
        EndReason.DeniedByPolicy or EndReason.NoPolicy or EndReason.PlaintextRefused => "UAEX",
        EndReason.Draining or EndReason.LoopDetected or EndReason.InternalError => "LR",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "a reason without a code"),
    };
}
