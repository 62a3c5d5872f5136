using Weft.Contracts.Mesh;
using Weft.Model.Services;
using Weft.Model.Traffic;
using Balancing = Weft.Contracts.Mesh.Balancing;
using HealthCheck = Weft.Contracts.Mesh.HealthCheck;
using OutlierDetection = Weft.Contracts.Mesh.OutlierDetection;
using StatusRange = Weft.Contracts.Mesh.StatusRange;

namespace Weft.ControlPlane.Generation;

/// <summary>What callers must know of a service besides its endpoints and routes.</summary>
internal static class ServiceGenerator
{
    /// <summary>Said in words, because 0 means never.</summary>
    private const int DefaultMinHealthyPercent = Routing.Snapshot.EndpointSet.UsualMinHealthyPercent;

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

        message.HealthCheck = traffic?.HealthCheck is { } check ? ToHealthCheck(check) : null;
        return message;
    }

    private static HealthCheck ToHealthCheck(Model.Traffic.HealthCheck check) => new()
    {
        Kind = check.Kind switch
        {
            HealthCheckKind.Http => CheckKind.Http,
            HealthCheckKind.Grpc => CheckKind.Grpc,
            _ => CheckKind.Tcp,
        },
        Port = (uint)(check.Port ?? 0),
        Path = check.Path ?? "",
        Host = check.Host ?? "",
        ExpectedStatuses = [.. check.ExpectedStatuses.Select(range => new StatusRange { First = (uint)range.First, Last = (uint)range.Last })],
        GrpcService = check.GrpcService ?? "",
        IntervalMs = Milliseconds(check.Interval),
        TimeoutMs = Milliseconds(check.Timeout),
        UnhealthyThreshold = (uint)(check.UnhealthyThreshold ?? 0),
        HealthyThreshold = (uint)(check.HealthyThreshold ?? 0),
        MinHealthyPercent = (uint)(check.MinHealthyPercent ?? DefaultMinHealthyPercent),
    };

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
