using System.Collections.Frozen;
using Weft.Model.Policies;
using Weft.Model.Routes;
using Weft.Model.Services;
using Weft.Model.Telemetry;
using Weft.Model.Traffic;
using Weft.Model.Workloads;

namespace Weft.Model;

/// <summary>Everything that users want of the mesh at one commit. Immutable; a change makes a new one.</summary>
public sealed class MeshModel
{
    private readonly FrozenDictionary<ResourceKey, Resource> _resources;

    private MeshModel(IEnumerable<Resource> resources)
    {
        Resource[] sorted = [.. resources.OrderBy(resource => resource.Key)];
        _resources = sorted.ToFrozenDictionary(resource => resource.Key);
        All = sorted;
        Services = OfKind<ServiceSpec>();
        HttpRoutes = OfKind<HttpRouteSpec>();
        GrpcRoutes = OfKind<GrpcRouteSpec>();
        TlsRoutes = OfKind<TlsRouteSpec>();
        TrafficPolicies = OfKind<TrafficPolicySpec>();
        AuthorizationPolicies = OfKind<AuthorizationPolicySpec>();
        NamespacePolicies = OfKind<NamespacePolicySpec>();
        WorkloadPolicies = OfKind<WorkloadPolicySpec>();
        Telemetries = OfKind<TelemetrySpec>();
        Workloads = OfKind<WorkloadSpec>();
    }

    public static MeshModel Empty { get; } = new([]);

    /// <summary>Sorted by kind, namespace and name.</summary>
    public IReadOnlyList<Resource> All { get; }

    public IReadOnlyList<Resource<ServiceSpec>> Services { get; }

    public IReadOnlyList<Resource<HttpRouteSpec>> HttpRoutes { get; }

    public IReadOnlyList<Resource<GrpcRouteSpec>> GrpcRoutes { get; }

    public IReadOnlyList<Resource<TlsRouteSpec>> TlsRoutes { get; }

    public IReadOnlyList<Resource<TrafficPolicySpec>> TrafficPolicies { get; }

    public IReadOnlyList<Resource<AuthorizationPolicySpec>> AuthorizationPolicies { get; }

    public IReadOnlyList<Resource<NamespacePolicySpec>> NamespacePolicies { get; }

    public IReadOnlyList<Resource<WorkloadPolicySpec>> WorkloadPolicies { get; }

    public IReadOnlyList<Resource<TelemetrySpec>> Telemetries { get; }

    public IReadOnlyList<Resource<WorkloadSpec>> Workloads { get; }

    /// <summary>Makes a model. Of resources with the same key the last one counts.</summary>
    public static MeshModel Of(IEnumerable<Resource> resources)
    {
        Dictionary<ResourceKey, Resource> unique = [];
        foreach (Resource resource in resources)
        {
            unique[resource.Key] = resource;
        }

        return new MeshModel(unique.Values);
    }

    /// <summary>A model with some resources put in place of what had their keys, and some removed.</summary>
    public MeshModel With(IEnumerable<Resource> put, IEnumerable<ResourceKey> removed)
    {
        Dictionary<ResourceKey, Resource> next = new(_resources);
        foreach (ResourceKey key in removed)
        {
            next.Remove(key);
        }

        foreach (Resource resource in put)
        {
            next[resource.Key] = resource;
        }

        return new MeshModel(next.Values);
    }

    public Resource? Find(ResourceKey key) => _resources.GetValueOrDefault(key);

    public Resource<ServiceSpec>? FindService(NamespacedName name)
        => Find(new ResourceKey(ResourceKind.Service, name.Namespace, name.Name)) as Resource<ServiceSpec>;

    /// <summary>Routes whose callers are those of the service: HTTP, then gRPC, then TLS, each sorted by name.</summary>
    public IEnumerable<Resource> RoutesOf(NamespacedName service)
        => HttpRoutes.Where(route => route.Spec.ParentRefs.Any(parent => parent.Service == service))
            .Concat<Resource>(GrpcRoutes.Where(route => route.Spec.ParentRefs.Any(parent => parent.Service == service)))
            .Concat(TlsRoutes.Where(route => route.Spec.ParentRefs.Any(parent => parent.Service == service)));

    public Resource<TrafficPolicySpec>? TrafficPolicyOf(NamespacedName service)
        => TrafficPolicies.FirstOrDefault(policy => policy.Spec.Target == service);

    /// <summary>Policies that target the service or its whole namespace.</summary>
    public IEnumerable<Resource<AuthorizationPolicySpec>> AuthorizationPoliciesOf(NamespacedName service)
        => AuthorizationPolicies.Where(policy => policy.Spec.Target is { } target ? target == service : policy.Key.Namespace == service.Namespace);

    public Resource<NamespacePolicySpec>? NamespacePolicyOf(string ns)
        => NamespacePolicies.FirstOrDefault(policy => policy.Key.Namespace == ns);

    public Resource<WorkloadPolicySpec>? WorkloadPolicyOf(NamespacedName service)
        => WorkloadPolicies.FirstOrDefault(policy => policy.Spec.Target == service);

    /// <summary>The mode that holds for a service: its own, else its namespace's, else permissive.</summary>
    public TlsMode TlsModeOf(NamespacedName service)
        => WorkloadPolicyOf(service)?.Spec.MutualTls ?? NamespacePolicyOf(service.Namespace)?.Spec.MutualTls ?? TlsMode.Permissive;

    /// <summary>What happens to an exchange with the service that no policy matches: what its namespace says, else allow.</summary>
    public PolicyAction DefaultActionOf(NamespacedName service)
        => NamespacePolicyOf(service.Namespace)?.Spec.DefaultAction ?? PolicyAction.Allow;

    /// <summary>What the proxies of a service record: field by field what its own Telemetry says, else that of its namespace. Null: neither is there.</summary>
    public TelemetrySpec? TelemetryOf(NamespacedName service)
    {
        TelemetrySpec? own = Telemetries.FirstOrDefault(telemetry => telemetry.Spec.Target == service)?.Spec;
        TelemetrySpec? general = Telemetries.FirstOrDefault(telemetry => telemetry.Spec.Target is null && telemetry.Key.Namespace == service.Namespace)?.Spec;
        return own is null || general is null ? own ?? general : own.Over(general);
    }

    private Resource<TSpec>[] OfKind<TSpec>()
        where TSpec : ResourceSpec
        => [.. All.OfType<Resource<TSpec>>()];
}
