using CsCheck;
using Weft.Contracts;
using Weft.Contracts.Mesh;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Tests.Support;
using Xunit;

namespace Weft.ControlPlane.Tests.Generation;

public sealed class ViewDeltaTests
{
    private const string Yaml = """
        apiVersion: v1
        kind: Service
        metadata: {name: s0, namespace: shop}
        spec: {ports: [{port: 80}], selector: {version: v1}}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: r, namespace: shop}
        spec:
          parentRefs: [{group: "", kind: Service, name: s0}]
          rules: [{backendRefs: [{name: s1, port: 8080}, {name: s2, port: 8080}]}]
        """;

    private static readonly Gen<WorkloadRecord[]> Registries =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 3]).Array[0, 6].Select(items => items
            .DistinctBy(item => item.Item1)
            .Select(item => Workloads.Record(
                $"s{item.Item2}", $"w{item.Item1}", $"10.0.0.{item.Item5 + 1}", (Health)item.Item3, ("version", item.Item4 ? "v1" : "v2")))
            .ToArray());

    [Fact]
    public void Whatever_the_registry_does_every_resource_that_changes_is_looked_at()
        => Gen.Select(Registries, Registries).Sample((before, after) =>
        {
            var book = new VirtualAddressBook(new MemoryMetaStore());
            var index = new ModelIndex(1, Models.Parse(Yaml));
            MeshView first = MeshViewBuilder.Build(Workloads.Bundle, index, before, book);

            // A record that is equal stays the same object, as the registry keeps it.
            WorkloadRecord[] kept = [.. after.Select(record => before.FirstOrDefault(old => RecordComparer.AreEqual(old, record)) ?? record)];
            MeshView second = MeshViewBuilder.Build(Workloads.Bundle, index, kept, book);
            var delta = new ViewDelta(first, second);
            foreach (DiscoveryKey key in Keys(first).Concat(Keys(second)).Distinct())
            {
                string was = DiscoveryResource.Create(key, ResourceGenerator.Generate(key, first), 1).Version;
                string now = DiscoveryResource.Create(key, ResourceGenerator.Generate(key, second), 1).Version;
                Assert.True(was == now || delta.MayChange(key), $"{key} changed unseen");
            }
        }, iter: 300);

    [Fact]
    public void A_change_of_health_concerns_the_endpoints_of_its_service_alone()
    {
        WorkloadRecord other = Workloads.Record("s2", "w2", "10.0.0.2");
        var book = new VirtualAddressBook(new MemoryMetaStore());
        var index = new ModelIndex(1, Models.Parse(Yaml));
        MeshView first = MeshViewBuilder.Build(Workloads.Bundle, index, [Workloads.Record("s1", "w1", "10.0.0.1"), other], book);
        MeshView second = MeshViewBuilder.Build(Workloads.Bundle, index, [Workloads.Record("s1", "w1", "10.0.0.1", Health.Unhealthy), other], book);
        var delta = new ViewDelta(first, second);
        Assert.Equal(
            ["Endpoints/shop/s1", "Service/shop/s1"], Keys(second).Where(delta.MayChange).Select(key => key.ToString()).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<DiscoveryKey> Keys(MeshView view)
    {
        foreach (string name in view.Services.Keys.Select(service => service.ToString()))
        {
            yield return new DiscoveryKey(TypeUrls.Service, name);
            yield return new DiscoveryKey(TypeUrls.Endpoints, name);
            yield return new DiscoveryKey(TypeUrls.RouteSet, name);
            yield return new DiscoveryKey(TypeUrls.PolicySet, name);
            yield return new DiscoveryKey(TypeUrls.Destination, $"host/{name.Split('/')[1]}@shop");
        }

        foreach (string address in view.Addresses.Keys)
        {
            yield return new DiscoveryKey(TypeUrls.Destination, "address/" + address);
        }
    }
}
