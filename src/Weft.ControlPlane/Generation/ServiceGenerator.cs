using Weft.Contracts.Mesh;
using Weft.Model.Services;
using Weft.Model.Traffic;
using Balancing = Weft.Contracts.Mesh.Balancing;
using OutlierDetection = Weft.Contracts.Mesh.OutlierDetection;

namespace Weft.ControlPlane.Generation;

/// <summary>What callers must know of a service besides its endpoints and routes.</summary>
internal static class ServiceGenerator
{
    internal static Service Generate(MeshService service, TrafficPolicySpec? traffic)
    {
        var message = new Service
        {
            Namespace = service.Name.Namespace,
            Name = service.Name.Name,
            VirtualAddress = service.VirtualAddress,
            Balancing = traffic?.Balancing == Model.Traffic.Balancing.RoundRobin ? Balancing.RoundRobin : Balancing.PeakEwma,
            ConnectTimeoutMs = Milliseconds(traffic?.ConnectTimeout),
            IdleTimeoutMs = Milliseconds(traffic?.IdleTimeout),
        };
        message.Ports.AddRange(service.Ports.Select(ToPort));
        if (traffic?.OutlierDetection is { } outlier)
        {
            message.OutlierDetection = new OutlierDetection
            {
                ConsecutiveFailures = (uint)(outlier.ConsecutiveFailures ?? 0),
                EjectionMs = Milliseconds(outlier.Ejection),
                MaxEjectedPercent = (uint)(outlier.MaxEjectedPercent ?? 0),
            };
        }

        return message;
    }

    /// <summary>0 stands for the proxy's default.</summary>
    internal static uint Milliseconds(TimeSpan? time) => time is { } value ? (uint)Math.Clamp(value.TotalMilliseconds, 0, uint.MaxValue) : 0;

    private static Port ToPort(ServicePort port) => new()
    {
        Number = (uint)port.Port,
        Name = port.Name ?? "",
        Protocol = port.Protocol switch
        {
            AppProtocol.Http1 => Protocol.Http1,
            AppProtocol.Http2 => Protocol.Http2,
            AppProtocol.Grpc => Protocol.Grpc,
            AppProtocol.Tcp => Protocol.Tcp,
            AppProtocol.HttpProxy => Protocol.HttpProxy,
            _ => Protocol.Auto,
        },
    };
}
