using Weft.ControlPlane.Registry;
using Weft.Model;
using Weft.Model.Routes;
using Weft.Model.Workloads;
using ContractPort = Weft.Contracts.Session.WorkloadPort;

namespace Weft.ControlPlane.Generation;

/// <summary>The model of one commit, with what is asked of it often looked up once.</summary>
internal sealed class ModelIndex
{
    private readonly ILookup<NamespacedName, Resource<HttpRouteSpec>> _httpRoutes;
    private readonly ILookup<NamespacedName, Resource<GrpcRouteSpec>> _grpcRoutes;
    private readonly ILookup<NamespacedName, Resource<TlsRouteSpec>> _tlsRoutes;

    internal ModelIndex(long commit, MeshModel model)
    {
        Commit = commit;
        Model = model;
        _httpRoutes = ByParent(model.HttpRoutes);
        _grpcRoutes = ByParent(model.GrpcRoutes);
        _tlsRoutes = ByParent(model.TlsRoutes);
        Agentless = [.. model.Workloads.Select(ToRecord)];
    }

    internal static ModelIndex Empty { get; } = new(0, MeshModel.Empty);

    internal long Commit { get; }

    internal MeshModel Model { get; }

    /// <summary>Endpoints without proxy. Made once per commit, so that equal references are equal content.</summary>
    internal IReadOnlyList<WorkloadRecord> Agentless { get; }

    internal IEnumerable<Resource<HttpRouteSpec>> HttpRoutesOf(NamespacedName service) => _httpRoutes[service];

    internal IEnumerable<Resource<GrpcRouteSpec>> GrpcRoutesOf(NamespacedName service) => _grpcRoutes[service];

    internal IEnumerable<Resource<TlsRouteSpec>> TlsRoutesOf(NamespacedName service) => _tlsRoutes[service];

    private static ILookup<NamespacedName, Resource<T>> ByParent<T>(IEnumerable<Resource<T>> routes)
        where T : RouteSpec
        => routes
            .SelectMany(route => route.Spec.ParentRefs.Select(parent => parent.Service).Distinct().Select(service => (Service: service, Route: route)))
            .ToLookup(item => item.Service, item => item.Route);

    private static WorkloadRecord ToRecord(Resource<WorkloadSpec> workload) => new()
    {
        Name = workload.Key.NamespacedName,
        Service = workload.Spec.Service,
        Identity = "",
        Address = workload.Spec.Address.ToString(),
        TunnelPort = 0,
        Ports = [.. workload.Spec.Ports.Select(port => new ContractPort { Port = (uint)port.Port, TargetPort = (uint)port.TargetPort })],
        Labels = new Dictionary<string, string>(workload.Metadata.Labels, StringComparer.Ordinal)
        {
            ["service"] = workload.Spec.Service.Name,
            ["namespace"] = workload.Spec.Service.Namespace,
        },
        Zone = workload.Spec.Zone ?? "",
        Weight = (uint)workload.Spec.Weight,
    };
}
