using Weft.Primitives.Http;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Rpc;

/// <summary>The control plane as calls see it: one HTTP/2 connection over TLS, dialled when the first call needs it.</summary>
internal sealed class ControlPlaneServer : IGrpcServer
{
    /// <summary>A server that is there answers a SYN at once; waiting longer would only delay the next attempt.</summary>
    private const int ConnectMs = 1_000;

    private readonly Upstream _upstream;
    private readonly string _authority;
    private readonly EventLoop _loop;

    /// <param name="expectedName">URI that the server's certificate must carry.</param>
    public ControlPlaneServer(EventLoop loop, SocketFactory sockets, NetAddress address, Func<TlsContext?> tls, string expectedName)
    {
        _authority = address.ToString();
        _loop = loop;
        _upstream = new Upstream(
            loop,
            new Dialer(loop, sockets, ConnectionLimits.Default),
            new UpstreamSettings
            {
                Address = address,
                Protocol = UpstreamProtocol.Http2,
                Tls = tls,
                ExpectedName = expectedName,
                ConnectMs = ConnectMs,
            },
            ConnectionLimits.Default);
    }

    public async ValueTask<(IGrpcCall? Call, string Fault)> StartAsync(string method)
    {
        // A signal has one waiter, and several calls may wait for the same dial.
        LeaseResult result = await _upstream.AcquireAsync(HttpVersion.Http2, new Signal(_loop));
        return result.Lease is { } lease
            ? (GrpcCall.Start(lease, _authority, method), "")
            : (null, $"no connection to {_authority} ({Routing.EndReasons.Code(result.Reason)})");
    }

    /// <summary>Closes the connection in order once its calls have ended.</summary>
    public void Close() => _upstream.Drain();
}
