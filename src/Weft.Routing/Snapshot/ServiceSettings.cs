using Weft.Primitives.Net;
using Weft.Routing.Balancing;

namespace Weft.Routing.Snapshot;

/// <summary>A checked Service resource.</summary>
internal sealed record ServiceSettings(
    string Name,
    NetAddress? VirtualAddress,
    PortView[] Ports,
    Contracts.Mesh.Balancing Balancing,
    OutlierSettings Outlier,
    int ConnectTimeoutMs,
    int IdleTimeoutMs,
    HealthCheckRule? HealthCheck);
