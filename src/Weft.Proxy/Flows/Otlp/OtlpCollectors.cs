using Weft.Proxy.Engine;
using Weft.Proxy.Names;
using Weft.Proxy.Protocols;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>Makes the collector that options name.</summary>
internal static class OtlpCollectors
{
    /// <summary>A collector that has not answered by then is given up for this request: name, connection, handshake and answer together.</summary>
    public const int AnswerMs = 10_000;

    /// <exception cref="UsageException">A file that options name cannot be read or used.</exception>
    public static IOtlpCollector Open(OtlpOptions options, EventLoop loop, SocketFactory sockets)
    {
        OtlpSecrets secrets = new(loop, options);
        Resolver? resolver = options.Place.Host is null ? null : new Resolver(loop, new ResolverNetwork(loop, sockets), ResolverFiles.Read);
        OtlpLink link = new(options, loop, told => new Dialer(loop, sockets, ConnectionLimits.Default, resolver) { Told = told }, secrets);
        return options.Protocol == OtlpProtocol.Grpc ? new GrpcCollector(loop, link, options, secrets) : new HttpCollector(loop, link, options, secrets);
    }
}
