namespace Weft.Model;

/// <summary>The kinds of resources that users write.</summary>
public enum ResourceKind
{
    Service,
    HttpRoute,
    GrpcRoute,
    TlsRoute,
    TrafficPolicy,
    AuthorizationPolicy,
    NamespacePolicy,
    WorkloadPolicy,
    Telemetry,
    Workload,
}
