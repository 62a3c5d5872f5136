using Weft.Contracts;
using Weft.Contracts.Mesh;
using Weft.Routing.Snapshot;
using Xunit;

namespace Weft.Routing.Tests;

/// <summary>Snapshots from resources, through the same builder that the proxy uses.</summary>
internal static class Meshes
{
    internal const string Own = "shop/cart";

    internal static RawResource Raw(Service service) => new(TypeUrls.Service, $"{service.Namespace}/{service.Name}", "1", service.ToBytes());

    internal static RawResource Raw(Endpoints endpoints) => new(TypeUrls.Endpoints, endpoints.Service, "1", endpoints.ToBytes());

    internal static RawResource Raw(RouteSet routes) => new(TypeUrls.RouteSet, routes.Service, "1", routes.ToBytes());

    internal static RawResource Raw(PolicySet policies) => new(TypeUrls.PolicySet, policies.Service, "1", policies.ToBytes());

    internal static RawResource Raw(Telemetry telemetry) => new(TypeUrls.Telemetry, telemetry.Service, "1", telemetry.ToBytes());

    internal static RawResource Raw(string name, Destination destination) => new(TypeUrls.Destination, name, "1", destination.ToBytes());

    internal static Service Service(string name, params uint[] ports)
    {
        Service service = new() { Namespace = name.Split('/')[0], Name = name.Split('/')[1] };
        service.Ports.AddRange((ports.Length == 0 ? [80u] : ports).Select(p => new Port { Number = p, Protocol = Protocol.Http1 }));
        return service;
    }

    internal static Endpoints Endpoints(string service, int count, Action<int, Endpoint>? change = null)
    {
        Endpoints endpoints = new() { Service = service };
        for (int i = 0; i < count; i++)
        {
            Endpoint endpoint = new()
            {
                Workload = $"{service}-{i}",
                Address = $"10.{i / 62_500}.{i / 250 % 250}.{(i % 250) + 1}",
                TunnelPort = 15008,
                Identity = "spiffe://weft.test/ns/" + service.Replace("/", "/svc/", StringComparison.Ordinal),
                Health = Health.Healthy,
            };
            change?.Invoke(i, endpoint);
            endpoints.Items.Add(endpoint);
        }

        return endpoints;
    }

    internal static RouteRule Rule(string name, PathMatchKind kind = PathMatchKind.Any, string path = "", params (string Service, uint Weight)[] backends)
    {
        RouteRule rule = new() { Name = name, Match = new RouteMatch { Path = new PathMatch { Kind = kind, Value = path } } };
        foreach ((string service, uint weight) in backends.Length == 0 ? [(Own, 1u)] : backends)
        {
            rule.Backends.Add(new Backend { Service = service, Port = 80, Weight = weight });
        }

        return rule;
    }

    internal static RouteSet Routes(params RouteRule[] rules) => new() { Service = Own, Rules = [.. rules] };

    internal static MeshSnapshot Build(params RawResource[] resources)
    {
        SnapshotBuilder builder = new(Own);
        foreach (RawResource resource in resources)
        {
            Assert.Null(builder.Put(resource));
        }

        return builder.Build(1).Snapshot;
    }

    /// <summary>A mesh of one service with one endpoint and those rules.</summary>
    internal static MeshSnapshot WithRules(params RouteRule[] rules)
        => Build(Raw(Service(Own)), Raw(Endpoints(Own, 1)), Raw(Routes(rules)));
}
