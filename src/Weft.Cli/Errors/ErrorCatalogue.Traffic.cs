using Weft.Routing;

namespace Weft.Cli.Errors;

internal static partial class ErrorCatalogue
{
    /// <summary>One entry per ending; the number and the name come from the routing library, so that they cannot drift.</summary>
    private static IReadOnlyList<ErrorEntry> Traffic =>
    [
        Of(EndReason.Ok, "The exchange ended in the ordinary way, whatever its status.", "Nothing."),
        Of(EndReason.NoService, "No service is known under the name or address that the application used, and it lies inside the mesh's names.", "weft get services -A; create the service, or correct the name in the application."),
        Of(EndReason.NoPort, "The service exists and does not have the port that was called.", "weft describe svc/NAME lists its ports."),
        Of(EndReason.NoRoute, "The service has routes for this port and none of them matches the request.", "Add a rule that matches, or one without match that takes the rest."),
        Of(EndReason.NoBackend, "The matching rule names no backend, or all its backends have weight 0.", "Give the rule a backend with a weight above zero."),
        Of(EndReason.InvalidBackend, "The backend that was chosen does not exist or may not be referred to; that share of requests gets status 500, as the Gateway API says.", "weft get httproutes -o yaml; correct the backend."),
        Of(EndReason.NoHealthyEndpoint, "The service has no endpoint that can be used: none exists, all are unhealthy, draining or ejected.", "weft describe svc/NAME shows the endpoints and their health."),
        Of(EndReason.ConfigTimeout, "The proxy asked the control plane for what it needs to decide, and no answer came in time.", "weft check; a call to a name that was never called before needs the control plane once."),
        Of(EndReason.LoopDetected, "The request has passed this proxy before.", "Look for a route whose backend is its own caller."),
        Of(EndReason.ConnectFailed, "No endpoint that was tried accepted a connection.", "weft describe svc/NAME; check that the application listens on the port that its service names."),
        Of(EndReason.ConnectTimeout, "Connecting took longer than the service's connect timeout.", "Check the way between the two hosts; a firewall that drops packets looks like this."),
        Of(EndReason.RequestTimeout, "The route's timeout for the whole request was over.", "Raise timeouts.request, or look at weft stat for the service that is slow."),
        Of(EndReason.BackendTimeout, "The route's timeout for one attempt was over.", "Raise timeouts.backendRequest, or look at the backend."),
        Of(EndReason.IdleTimeout, "Neither side sent a byte for the idle timeout.", "Raise the idle timeout of the service, or let the application send something."),
        Of(EndReason.UpstreamReset, "The upstream reset the connection or stream before its answer was whole.", "Look at the application that answers; it may have crashed."),
        Of(EndReason.UpstreamClosed, "The upstream closed before its answer was whole.", "Look at the application that answers; a keep-alive timeout shorter than the pool's looks like this."),
        Of(EndReason.UpstreamProtocolError, "What the upstream sent is not its protocol, or can be read in two ways. Such bytes are never repaired.", "Check the protocol declared for the port."),
        Of(EndReason.UpstreamTlsFailed, "The handshake with the upstream failed, or the other side is not who it must be. No plain text was sent instead.", "weft why SRC DST shows the certificates of the two; look whether address and identity of the endpoint belong together."),
        Of(EndReason.ConnectionTimeOver, "The stream has been open for as long as --max-connection-time allows.", "Nothing, when it was meant; else raise the option."),
        Of(EndReason.NameUnresolved, "The upstream's host name has no address, or no name server has answered for ten minutes past the last answer's time.", "Check the name, /etc/hosts and the servers of /etc/resolv.conf on the relay's host."),
        Of(EndReason.DownstreamReset, "The one who asked reset the connection or stream before the exchange was over.", "Often harmless: the caller gave up. Look at its timeout."),
        Of(EndReason.DownstreamClosed, "The one who asked closed before the exchange was over.", "Often harmless: the caller gave up. Look at its timeout."),
        Of(EndReason.DownstreamProtocolError, "What the caller sent is not its protocol, or can be read in two ways. It is refused, not repaired.", "Correct the client; the access log carries the detail."),
        Of(EndReason.DownstreamTlsFailed, "The caller's TLS handshake failed for another reason than its certificate: bytes that are no TLS, no common version or protocol, an alert from the caller.", "The proxy's log has OpenSSL's words. A caller that speaks plain text to a TLS port looks like this."),
        Of(EndReason.HeadTooLarge, "The request's head is longer than the limits: 8 KiB for the request line, 100 fields, 32 KiB in all.", "Send smaller or fewer fields; cookies are the usual cause."),
        Of(EndReason.BadRequest, "The request is well-formed for its protocol and still refused, because its path, host or fields are not in the one canonical form.", "Correct the client; encoded slashes, control bytes and disagreeing hosts are the usual causes."),
        Of(EndReason.HeadTimeout, "The request's head did not arrive in time.", "Look at the client; many of these are a slow attack."),
        Of(EndReason.BodyTooSlow, "The body came slower than the least rate.", "Look at the client's network; many of these are a slow attack."),
        Of(EndReason.DetectTimeout, "A new connection did not say in time what it is: no first bytes, no whole PROXY header, or no whole ClientHello within 5 seconds.", "Declare the port's protocol, so that nothing has to be waited for. Many of these are idle or slow connections made on purpose."),
        Of(EndReason.HandshakeTimeout, "The caller's TLS handshake did not end within 5 seconds.", "Look at the network between the two; many of these are a slow attack."),
        Of(EndReason.PeerCertificateMissing, "The caller showed no certificate where one is required.", "Bring the caller into the mesh; to a relay with --listen-trust it must show a certificate."),
        Of(EndReason.PeerIssuerUnknown, "No root that is trusted here vouches for the caller's certificate.", "Compare the root that the proxy trusts with weft certs trust: the caller may belong to another mesh, or the trust bundle may be older than a new root."),
        Of(EndReason.PeerCertificateExpired, "The caller's certificate is expired or not valid yet.", "weft status shows the certificate of the caller's proxy; weft check compares the clocks."),
        Of(EndReason.PeerCertificateInvalid, "The caller's certificate does not hold: its signature, purpose or constraints are wrong.", "The proxy's log has OpenSSL's words. Let the caller join anew for a new certificate."),
        Of(EndReason.PeerIdentityWrong, "The caller's certificate holds, but its identity is not one of a workload of this trust domain.", "The proxy's log names who came. Only workloads of the mesh may use the tunnel."),
        Of(EndReason.TunnelUnsupported, "CONNECT or an upgrade was asked for where there is none: the upstream does not take it, or it is not what this proxy is for.",
            "For WebSocket give an HTTP/2 upstream that takes extended CONNECT, or speak HTTP/1.1 to it; call a service by its own address instead of CONNECT."),
        Of(EndReason.DownstreamFlood, "The caller made the proxy work for nothing, faster than the limits allow: resets, settings, pings, empty frames or endless continuations. Its connection was closed.", "Look at the client; an honest one never comes near these limits."),
        Of(EndReason.ProxyHeaderInvalid, "The listener requires a PROXY protocol header, and what came is none, or not a valid one of version 1 or 2.", "Let only proxies that send the header connect there: HAProxy's send-proxy-v2, nginx's proxy_protocol on."),
        Of(EndReason.ServerNameUnknown, "The caller's TLS asks for a server name that no --to-sni covers, and there is no --to for the rest.", "Add a --to-sni for the name, or a --to that takes what no name covers."),
        Of(EndReason.DeniedByPolicy, "An authorisation policy denies the call; its name goes with the reason.", "weft get authz -A; allow the caller's identity if the call is wanted."),
        Of(EndReason.NoPolicy, "The workload's policies have not been received yet, so everything is denied: never allow until told.", "weft status shows whether the proxy is connected."),
        Of(EndReason.PlaintextRefused, "The workload takes mutual TLS only and the caller came in plain.", "Bring the caller into the mesh, or set the mode to permissive for a while."),
        Of(EndReason.NoCertificate, "The proxy has no valid certificate, so there is no tunnel; plain text is never used instead.", "weft check; the proxy must reach the control plane to renew."),
        Of(EndReason.Overloaded, "A limit of connections, streams or memory is reached; the rest is kept well by refusing this.", "Add endpoints, or look for a client that opens too much."),
        Of(EndReason.Draining, "The proxy is stopping and takes nothing new.", "Nothing; callers move to other endpoints."),
        Of(EndReason.InternalError, "An invariant of the proxy is broken. It is counted as a bug of Weft.", "Please report it with the proxy's log."),
    ];

    private static ErrorEntry Of(EndReason reason, string meaning, string remedy) => new(EndReasons.Number(reason), EndReasons.Code(reason), meaning, remedy);
}
