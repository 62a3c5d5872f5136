namespace Weft.Routing;

/// <summary>The stable names and numbers of <see cref="EndReason"/>, as users see them. A row never changes once released.</summary>
public static class EndReasons
{
    private static readonly (EndReason Reason, string Code, int Number)[] Table =
    [
        (EndReason.Ok, "OK", 4000),
        (EndReason.NoService, "NO_SERVICE", 4001),
        (EndReason.NoPort, "NO_PORT", 4002),
        (EndReason.NoRoute, "NO_ROUTE", 4003),
        (EndReason.NoBackend, "NO_BACKEND", 4004),
        (EndReason.InvalidBackend, "INVALID_BACKEND", 4005),
        (EndReason.NoHealthyEndpoint, "NO_HEALTHY_ENDPOINT", 4006),
        (EndReason.ConfigTimeout, "CONFIG_TIMEOUT", 4007),
        (EndReason.LoopDetected, "LOOP_DETECTED", 4008),
        (EndReason.ConnectFailed, "CONNECT_FAILED", 4101),
        (EndReason.ConnectTimeout, "CONNECT_TIMEOUT", 4102),
        (EndReason.RequestTimeout, "REQUEST_TIMEOUT", 4103),
        (EndReason.BackendTimeout, "BACKEND_TIMEOUT", 4104),
        (EndReason.IdleTimeout, "IDLE_TIMEOUT", 4105),
        (EndReason.UpstreamReset, "UPSTREAM_RESET", 4106),
        (EndReason.UpstreamClosed, "UPSTREAM_CLOSED", 4107),
        (EndReason.UpstreamProtocolError, "UPSTREAM_PROTOCOL_ERROR", 4108),
        (EndReason.UpstreamTlsFailed, "UPSTREAM_TLS_FAILED", 4109),
        (EndReason.ConnectionTimeOver, "CONNECTION_TIME_OVER", 4110),
        (EndReason.NameUnresolved, "NAME_UNRESOLVED", 4111),
        (EndReason.DownstreamReset, "DOWNSTREAM_RESET", 4201),
        (EndReason.DownstreamClosed, "DOWNSTREAM_CLOSED", 4202),
        (EndReason.DownstreamProtocolError, "DOWNSTREAM_PROTOCOL_ERROR", 4203),
        (EndReason.DownstreamTlsFailed, "DOWNSTREAM_TLS_FAILED", 4204),
        (EndReason.HeadTooLarge, "HEAD_TOO_LARGE", 4205),
        (EndReason.BadRequest, "BAD_REQUEST", 4206),
        (EndReason.HeadTimeout, "HEAD_TIMEOUT", 4207),
        (EndReason.BodyTooSlow, "BODY_TOO_SLOW", 4208),
        (EndReason.DetectTimeout, "DETECT_TIMEOUT", 4220),
        (EndReason.HandshakeTimeout, "HANDSHAKE_TIMEOUT", 4221),
        (EndReason.PeerCertificateMissing, "PEER_CERTIFICATE_MISSING", 4222),
        (EndReason.PeerIssuerUnknown, "PEER_ISSUER_UNKNOWN", 4223),
        (EndReason.PeerCertificateExpired, "PEER_CERTIFICATE_EXPIRED", 4224),
        (EndReason.PeerCertificateInvalid, "PEER_CERTIFICATE_INVALID", 4225),
        (EndReason.PeerIdentityWrong, "PEER_IDENTITY_WRONG", 4226),
        (EndReason.TunnelUnsupported, "TUNNEL_UNSUPPORTED", 4230),
        (EndReason.DownstreamFlood, "DOWNSTREAM_FLOOD", 4209),
        (EndReason.ProxyHeaderInvalid, "PROXY_HEADER_INVALID", 4227),
        (EndReason.ServerNameUnknown, "SERVER_NAME_UNKNOWN", 4228),
        (EndReason.DeniedByPolicy, "DENIED_BY_POLICY", 4301),
        (EndReason.NoPolicy, "NO_POLICY", 4302),
        (EndReason.PlaintextRefused, "PLAINTEXT_REFUSED", 4303),
        (EndReason.NoCertificate, "NO_CERTIFICATE", 4304),
        (EndReason.Overloaded, "OVERLOADED", 4401),
        (EndReason.Draining, "DRAINING", 4402),
        (EndReason.InternalError, "INTERNAL_ERROR", 4901),
    ];

    private static readonly (string Code, string Number)[] ByReason = Index();

    /// <summary>How many reasons there are; their values are 0..Count-1, so that counters can be arrays.</summary>
    public static int Count => ByReason.Length;

    /// <summary>The name in logs, metrics and <c>x-weft-reason</c>, such as "NO_ROUTE".</summary>
    public static string Code(EndReason reason) => ByReason[(int)reason].Code;

    /// <summary>The number for <c>weft explain</c>, such as "WF4003".</summary>
    public static string Number(EndReason reason) => ByReason[(int)reason].Number;

    private static (string Code, string Number)[] Index()
    {
        (string Code, string Number)[] rows = new (string, string)[Table.Length];
        foreach ((EndReason reason, string code, int number) in Table)
        {
            rows[(int)reason] = (code, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"WF{number}"));
        }

        return rows;
    }
}
