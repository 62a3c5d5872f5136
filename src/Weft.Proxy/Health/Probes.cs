using Weft.Contracts.Mesh;
using Weft.Proxy.Engine;
using Weft.Proxy.Names;

namespace Weft.Proxy.Health;

/// <summary>Makes the probe that a rule asks for.</summary>
internal static class Probes
{
    public static IHealthProbe Of(EventLoop loop, SocketFactory sockets, Resolver resolver, CheckedPlace place)
    {
        ProbeTarget target = ProbeTarget.Of(loop, sockets, resolver, place.Where, place.Rule.TimeoutMs);
        return place.Rule.Kind switch
        {
            CheckKind.Http => new HttpProbe(target, place.Rule.Path, place.Rule.Host, place.Rule.Statuses),
            CheckKind.Grpc => new GrpcProbe(target, place.Rule.GrpcService),
            _ => new TcpProbe(target),
        };
    }
}
