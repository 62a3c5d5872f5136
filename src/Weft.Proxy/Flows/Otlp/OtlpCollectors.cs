using Weft.Proxy.Engine;
using Weft.Proxy.Names;
using Weft.Proxy.Protocols;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>Makes the collector that options name.</summary>
internal static class OtlpCollectors
{
    /// <summary>A collector that has not answered by then is given up for this request.</summary>
    public const int AnswerMs = 10_000;

    public static IOtlpCollector Open(OtlpOptions options, EventLoop loop, SocketFactory sockets)
    {
        bool isGrpc = options.Protocol == OtlpProtocol.Grpc;
        Resolver? resolver = options.Place.Host is null ? null : new Resolver(loop, new ResolverNetwork(loop, sockets), ResolverFiles.Read);
        UpstreamSettings settings = new()
        {
            Address = options.Place.Address,
            Host = options.Place.Host,
            Protocol = isGrpc ? UpstreamProtocol.Http2 : UpstreamProtocol.Http1,
        };
        Upstream upstream = new(loop, new Dialer(loop, sockets, ConnectionLimits.Default, resolver), settings, ConnectionLimits.Default);
        string authority = options.Place.ToString();
        return isGrpc ? new GrpcCollector(loop, upstream, authority) : new HttpCollector(loop, upstream, authority);
    }
}
