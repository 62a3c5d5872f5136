using Weft.Bench.Contenders;
using Weft.Bench.Processes;

namespace Weft.Bench;

/// <summary>The contenders for each kind of work, configured to do the same: first nginx, then HAProxy, then weft-proxy.</summary>
internal sealed class Lineups(string folder, BenchOptions options, Certificates certificates, WeftMesh mesh, int originPort)
{
    private const string NginxName = "nginx";
    private const string HaProxyName = "HAProxy";
    private const string WeftName = "weft-proxy";

    private readonly Nginx _nginx = new(folder);
    private readonly HaProxy _haproxy = new(folder);
    private readonly WeftRelay _weft = new(options.Proxy);

    private string Origin => $"127.0.0.1:{originPort}";

    public IReadOnlyList<Contender> Plain(string tag) =>
    [
        Contender.Of(NginxName, Role.Peer, _nginx.Relay(tag, Loopback.FreePort(), Origin)),
        Contender.Of(HaProxyName, Role.Peer, _haproxy.Relay(tag, Loopback.FreePort(), Origin)),
        Contender.Of(WeftName, Role.Weft, _weft.Relay(Loopback.FreePort(), Origin)),
    ];

    /// <summary>Proxies of another kind, where they could be built.</summary>
    public IReadOnlyList<Contender> Others() => options.Yarp is null
        ? []
        : [Contender.Of("YARP", Role.Other, new Yarp(options.Yarp).Relay(Loopback.FreePort(), originPort)) with { WarmUpSeconds = 5 }];

    public IReadOnlyList<Contender> PlainHttp2(string tag) =>
    [
        Contender.Of(NginxName, Role.Peer, _nginx.FromHttp2(tag, Loopback.FreePort(), originPort)),
        Contender.Of(HaProxyName, Role.Peer, _haproxy.FromHttp2(tag, Loopback.FreePort(), originPort)),
        Contender.Of(WeftName, Role.Weft, _weft.Relay(Loopback.FreePort(), Origin)),
    ];

    /// <summary>Two proxies with mutual TLS between them; HTTP/1.1 on the outer sides.</summary>
    public IReadOnlyList<Contender> Pairs(string tag)
    {
        return
        [
            Pair("nginx, HTTP/1.1 between", Role.Peer, far => _nginx.FromTls(tag + "-b", far, originPort, certificates), (near, far) => _nginx.ToTls(tag + "-a", near, far, certificates)),
            HaProxyPair("HAProxy, HTTP/1.1 between", tag + "-1", "http/1.1"),
            HaProxyPair("HAProxy, HTTP/2 between", tag + "-2", "h2"),
            Pair("weft-proxy, HTTP/2 between", Role.Weft, far => _weft.FromTls(far, originPort, certificates), (near, far) => _weft.ToTls(near, far, certificates)),
        ];
    }

    /// <summary>Two proxies with mutual TLS between them; HTTP/2 on all sides.</summary>
    public IReadOnlyList<Contender> GrpcPairs(string tag, int grpcPort) =>
    [
        Pair(NginxName, Role.Peer, far => _nginx.GrpcFromTls(tag + "-b", far, grpcPort, certificates), (near, far) => _nginx.GrpcToTls(tag + "-a", near, far, certificates)),
        Pair(
            HaProxyName, Role.Peer,
            far => _haproxy.FromTls(tag + "-b", far, grpcPort, certificates, "h2", "h2"),
            (near, far) => _haproxy.ToTls(tag + "-a", near, far, certificates, "h2", "h2")),
        Pair(WeftName, Role.Weft, far => _weft.FromTls(far, grpcPort, certificates, "http2"), (near, far) => _weft.ToTls(near, far, certificates)),
    ];

    /// <summary>One proxy that takes mutual TLS off, without tickets or a session cache: each handshake is a full one for everybody.</summary>
    public IReadOnlyList<Contender> Terminators(string tag) =>
    [
        Contender.Of(
            NginxName, Role.Peer,
            _nginx.FromTls(tag, Loopback.FreePort(), originPort, certificates, "ssl_session_tickets off; ssl_session_cache off;").With(certificates.WithoutTickets)),
        Contender.Of(
            HaProxyName, Role.Peer,
            _haproxy.FromTls(tag, Loopback.FreePort(), originPort, certificates, "http/1.1", more: "no-tls-tickets").With(certificates.WithoutTickets)),
        Contender.Of(WeftName, Role.Weft, _weft.FromTls(Loopback.FreePort(), originPort, certificates)),
    ];

    public IReadOnlyList<Contender> Tcp(string tag, int echoPort) =>
    [
        Contender.Of(NginxName, Role.Peer, _nginx.Tcp(tag, Loopback.FreePort(), echoPort)),
        Contender.Of(HaProxyName, Role.Peer, _haproxy.Tcp(tag, Loopback.FreePort(), echoPort)),
        Contender.Of(WeftName, Role.Weft, _weft.Tcp(Loopback.FreePort(), echoPort)),
    ];

    /// <summary>Everybody chooses the less busy of two random endpoints.</summary>
    public IReadOnlyList<Contender> Endpoints(string tag, IReadOnlyList<string> few, IReadOnlyList<string> many) =>
    [
        Contender.Of($"nginx, {few.Count:#,0} endpoints", Role.None, _nginx.Relay(tag + "-few", Loopback.FreePort(), few)),
        Contender.Of($"nginx, {many.Count:#,0} endpoints", Role.Peer, _nginx.Relay(tag + "-many", Loopback.FreePort(), many)),
        Contender.Of($"HAProxy, {few.Count:#,0} endpoints", Role.None, _haproxy.Relay(tag + "-few", Loopback.FreePort(), few)),
        Contender.Of($"HAProxy, {many.Count:#,0} endpoints", Role.Peer, _haproxy.Relay(tag + "-many", Loopback.FreePort(), many)),
        Contender.Of($"weft-proxy, {few.Count:#,0} endpoints", Role.Base, mesh.Proxy("few-endpoints", WeftMesh.Endpoints(few))),
        Contender.Of($"weft-proxy, {many.Count:#,0} endpoints", Role.Weft, mesh.Proxy("many-endpoints", WeftMesh.Endpoints(many))),
    ];

    /// <summary>Everybody looks for the path among the beginnings of paths, and sends all to one endpoint.</summary>
    public IReadOnlyList<Contender> Routes(string tag, string to, IReadOnlyList<string> few, IReadOnlyList<string> many)
    {
        return
        [
            Contender.Of($"nginx, {Count(few)}", Role.None, _nginx.Routes(tag + "-few", Loopback.FreePort(), to, few)),
            Contender.Of($"nginx, {Count(many)}", Role.Peer, _nginx.Routes(tag + "-many", Loopback.FreePort(), to, many)),
            Contender.Of($"HAProxy, {Count(few)}", Role.None, _haproxy.Routes(tag + "-few", Loopback.FreePort(), to, few)),
            Contender.Of($"HAProxy, {Count(many)}", Role.Peer, _haproxy.Routes(tag + "-many", Loopback.FreePort(), to, many)),
            Contender.Of($"weft-proxy, {Count(few)}", Role.Base, mesh.Proxy("few-routes", Resources(few))),
            Contender.Of($"weft-proxy, {Count(many)}", Role.Weft, mesh.Proxy("many-routes", Resources(many))),
        ];

        static string Count(IReadOnlyList<string> routes) => routes.Count == 1 ? "1 route" : $"{routes.Count:#,0} routes";
        string Resources(IReadOnlyList<string> routes) => WeftMesh.Endpoints([to]) + "\n---\n" + WeftMesh.Routes(routes);
    }

    /// <summary>With and without records of what passes; HAProxy writes its log to another process only and stays out.</summary>
    public IReadOnlyList<Contender> Telemetry(string tag)
    {
        return
        [
            Contender.Of("nginx, no log", Role.None, _nginx.Relay(tag, Loopback.FreePort(), Origin)),
            Contender.Of("nginx, access log", Role.Peer, _nginx.RelayLogged(tag + "-log", Loopback.FreePort(), Origin)),
            Contender.Of("weft-proxy, no records", Role.Base, _weft.Relay(Loopback.FreePort(), Origin)),
            Contender.Of("weft-proxy, all records, 1 % spans", Role.Weft, Recorded(1)),
            Contender.Of("weft-proxy, all records, 100 % spans", Role.None, Recorded(100)),
        ];

        Launch Recorded(int tracePercent) => _weft.RelayRecorded(
            Loopback.FreePort(), Origin, Path.Combine(folder, $"{tag}-{tracePercent}.log"), mesh.CollectorPort, tracePercent);
    }

    /// <summary>With and without somebody who looks at every request of one of the routes.</summary>
    public IReadOnlyList<Contender> Tap(string to, IReadOnlyList<string> routes, int maxRps)
    {
        string resources = WeftMesh.Endpoints([to]) + "\n---\n" + WeftMesh.Routes(routes);
        return
        [
            Contender.Of("weft-proxy, untapped", Role.Base, mesh.Proxy("untapped", resources)),
            Contender.Of("weft-proxy, tapped", Role.Weft, mesh.Proxy("tapped", resources) with { Beside = mesh.Tap("tapped", "route =~ *route-0*", maxRps) }),
        ];
    }

    private Contender HaProxyPair(string name, string tag, string protocol) => Pair(
        name,
        Role.Peer,
        far => _haproxy.FromTls(tag + "-b", far, originPort, certificates, protocol),
        (near, far) => _haproxy.ToTls(tag + "-a", near, far, certificates, protocol));

    private static Contender Pair(string name, Role role, Func<int, Launch> farOf, Func<int, int, Launch> nearOf)
    {
        int far = Loopback.FreePort();
        return Contender.Of(name, role, farOf(far), nearOf(Loopback.FreePort(), far));
    }
}
