namespace Weft.Routing;

/// <summary>
/// Why an exchange, or an attempt to begin one, ended. Chosen where it is decided and carried unchanged into replies, logs and
/// metrics. There is no catch-all: a new kind of ending gets a new member and a row in <see cref="EndReasons"/>.
/// "Downstream" is the side that asked, "upstream" the side that answers.
/// </summary>
public enum EndReason : byte
{
    /// <summary>An ordinary ending, whatever its status.</summary>
    Ok,

    /// <summary>No service is known under the destination's name or address.</summary>
    NoService,

    /// <summary>The service does not have the port.</summary>
    NoPort,

    /// <summary>The service has routes for the port and none matches.</summary>
    NoRoute,

    /// <summary>The route names no backend, or all its backends have weight 0.</summary>
    NoBackend,

    /// <summary>The chosen backend of the route is not valid (it does not exist, or may not be referred to).</summary>
    InvalidBackend,

    /// <summary>The service has no endpoint that can be used.</summary>
    NoHealthyEndpoint,

    /// <summary>No connection to any endpoint that was tried.</summary>
    ConnectFailed,

    ConnectTimeout,

    /// <summary>The route's timeout for the whole request, all attempts together.</summary>
    RequestTimeout,

    /// <summary>The route's timeout for one attempt.</summary>
    BackendTimeout,

    /// <summary>Neither side sent a byte for the idle timeout.</summary>
    IdleTimeout,

    /// <summary>The upstream reset the connection or the stream before the answer was whole.</summary>
    UpstreamReset,

    /// <summary>The upstream closed before the answer was whole.</summary>
    UpstreamClosed,

    /// <summary>The upstream's bytes are not the protocol, or ambiguous.</summary>
    UpstreamProtocolError,

    /// <summary>The handshake with the upstream failed, or it is not who it must be.</summary>
    UpstreamTlsFailed,

    DownstreamReset,

    DownstreamClosed,

    DownstreamProtocolError,

    /// <summary>The handshake with the client failed for another reason than its certificate.</summary>
    DownstreamTlsFailed,

    /// <summary>CONNECT or an upgrade was asked for where there is none: the upstream does not take it, or it is not what this proxy is for.</summary>
    TunnelUnsupported,

    /// <summary>The caller made the proxy work for nothing faster than the limits allow: resets, settings, pings, empty frames, continuations.</summary>
    DownstreamFlood,

    /// <summary>An authorisation policy denies it; the policy's name goes with it.</summary>
    DeniedByPolicy,

    /// <summary>The workload's policies have not been received: deny.</summary>
    NoPolicy,

    /// <summary>The workload takes mutual TLS only.</summary>
    PlaintextRefused,

    /// <summary>The head is longer than the limits.</summary>
    HeadTooLarge,

    /// <summary>The request is well-formed for its protocol and still refused (path, host or fields are not canonical).</summary>
    BadRequest,

    /// <summary>The head did not arrive in time.</summary>
    HeadTimeout,

    /// <summary>The body's sender is slower than the least rate.</summary>
    BodyTooSlow,

    /// <summary>A limit of connections, streams or memory is reached.</summary>
    Overloaded,

    /// <summary>The proxy is stopping and takes nothing new.</summary>
    Draining,

    /// <summary>The exchange has passed this proxy before.</summary>
    LoopDetected,

    /// <summary>The configuration needed to decide did not arrive from the control plane in time.</summary>
    ConfigTimeout,

    /// <summary>The proxy has no valid certificate: no tunnel.</summary>
    NoCertificate,

    /// <summary>What tells a new connection's kind or destination (first bytes, a PROXY header, a ClientHello) did not arrive in time.</summary>
    DetectTimeout,

    /// <summary>The client's TLS handshake did not end in time.</summary>
    HandshakeTimeout,

    /// <summary>The client showed no certificate where one is required.</summary>
    PeerCertificateMissing,

    /// <summary>No trusted root vouches for the client's certificate.</summary>
    PeerIssuerUnknown,

    /// <summary>The client's certificate, or one that vouches for it, is expired or not valid yet.</summary>
    PeerCertificateExpired,

    /// <summary>The client's certificate does not hold for another reason: signature, purpose, constraints.</summary>
    PeerCertificateInvalid,

    /// <summary>The client's certificate holds, but names nobody who may come here.</summary>
    PeerIdentityWrong,

    /// <summary>A PROXY protocol header is required and what came is none, or not a valid one.</summary>
    ProxyHeaderInvalid,

    /// <summary>The client's TLS asks for a server name that leads nowhere.</summary>
    ServerNameUnknown,

    /// <summary>The stream has been open for the longest time that is allowed.</summary>
    ConnectionTimeOver,

    /// <summary>The upstream's host name has no address, or no name server has answered for too long.</summary>
    NameUnresolved,

    /// <summary>An invariant of the proxy is broken; it is counted as a bug of Weft.</summary>
    InternalError,
}
