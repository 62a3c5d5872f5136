namespace Weft.Model;

/// <summary>The kinds of resources that users write.</summary>
public enum ResourceKind
{
    Service,
    HttpRoute,
    GrpcRoute,
    TrafficPolicy,
    AuthorizationPolicy,
    NamespacePolicy,
    WorkloadPolicy,
    Workload,
}
