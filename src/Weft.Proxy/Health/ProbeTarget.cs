using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Names;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Proxy.Upstreams;
using Weft.Routing;

namespace Weft.Proxy.Health;

/// <summary>Where checks go, over what, and how long one may take: name, connection, TLS and answer together.</summary>
internal sealed class ProbeTarget
{
    private readonly IDialer _dialer;
    private readonly UpstreamSettings _where;
    private string? _told;

    /// <param name="loop">The loop that checks run on.</param>
    /// <param name="open">Makes the dialer; it gets what takes the dialer's words.</param>
    /// <param name="where">As for requests.</param>
    /// <param name="timeoutMs">For one check.</param>
    public ProbeTarget(EventLoop loop, Func<Action<string>, IDialer> open, UpstreamSettings where, int timeoutMs)
    {
        Loop = loop;
        TimeoutMs = timeoutMs;
        _where = where with { ConnectMs = timeoutMs };
        _dialer = open(message => _told = message);
        Name = where.Name;
        Authority = where.Host is null && where.Address.Family == NetFamily.Unix ? "localhost" : Name;
    }

    public EventLoop Loop { get; }

    public int TimeoutMs { get; }

    /// <summary>As messages name it.</summary>
    public string Name { get; }

    /// <summary>As a request names it.</summary>
    public string Authority { get; }

    public bool IsSecure => _where.Tls is not null;

    /// <summary>Whether HTTP is version 2 on a connection: the server has chosen it by ALPN, or requests to it are of that version.</summary>
    public bool SpeaksHttp2(Transport transport)
        => transport is TlsTransport { Alpn.Length: > 0 } tls ? tls.Alpn == "h2" : _where.Protocol == UpstreamProtocol.Http2;

    /// <summary>A target that is dialled as requests are.</summary>
    public static ProbeTarget Of(EventLoop loop, SocketFactory sockets, Resolver? resolver, UpstreamSettings where, int timeoutMs)
        => new(loop, told => new Dialer(loop, sockets, ConnectionLimits.Default with { HandshakeMs = timeoutMs }, resolver) { Told = told }, where, timeoutMs);

    /// <summary>A transport, or why there is none. It cannot be called back: it ends by the limits of its parts.</summary>
    public async ValueTask<(Transport? Transport, string Fault)> DialAsync()
    {
        _told = null;
        (Transport? transport, EndReason reason) = await _dialer.DialAsync(_where, null);
        return transport is not null ? (transport, "")
            : (null, reason == EndReason.ConnectTimeout ? Late : _told ?? EndReasons.Code(reason));
    }

    /// <summary>What is said of a check that took too long.</summary>
    public string Late => $"no answer within {TimeoutMs} ms";
}
