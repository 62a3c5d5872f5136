using Weft.Contracts;
using Weft.Contracts.Mesh;
using Weft.Primitives.Net;
using Weft.Routing.Snapshot;
using Xunit;

namespace Weft.Routing.Tests.Snapshot;

public sealed class SnapshotBuilderTests
{
    [Fact]
    public void What_did_not_change_is_shared_with_the_snapshot_before()
    {
        SnapshotBuilder builder = new(Meshes.Own);
        builder.Put(Meshes.Raw(Meshes.Service("shop/a")));
        builder.Put(Meshes.Raw(Meshes.Service("shop/b")));
        builder.Put(Meshes.Raw(Meshes.Endpoints("shop/a", 2)));
        builder.Put(Meshes.Raw(Meshes.Endpoints("shop/b", 2)));
        builder.Put(Meshes.Raw(new PolicySet { Service = Meshes.Own }));
        MeshSnapshot first = builder.Build(1).Snapshot;

        builder.Put(Meshes.Raw(Meshes.Endpoints("shop/b", 3)));
        MeshSnapshot second = builder.Build(2).Snapshot;

        Assert.Equal(2ul, second.Commit);
        Assert.Same(Find(first, "shop/a"), Find(second, "shop/a"));
        Assert.NotSame(Find(first, "shop/b"), Find(second, "shop/b"));
        Assert.Equal(2, Find(first, "shop/b").Endpoints.Count);
        Assert.Equal(3, Find(second, "shop/b").Endpoints.Count);
        Assert.Same(first.Policy, second.Policy);
        Assert.Same(Find(first, "shop/b").Routes, Find(second, "shop/b").Routes);
    }

    [Fact]
    public void Telemetry_is_that_of_the_own_service_and_goes_with_its_resource()
    {
        SnapshotBuilder builder = new(Meshes.Own);
        builder.Put(Meshes.Raw(new Telemetry { Service = "shop/somebody-else", SlowMs = 1 }));
        Assert.Null(builder.Build(1).Snapshot.Telemetry);
        builder.Put(Meshes.Raw(new Telemetry { Service = Meshes.Own, TraceSamplePpm = 0, SlowMs = 250 }));
        Assert.Equal(new TelemetryView(0, 250_000, null), builder.Build(2).Snapshot.Telemetry);
        builder.Remove(TypeUrls.Telemetry, Meshes.Own);
        Assert.Null(builder.Build(3).Snapshot.Telemetry);
    }

    [Fact]
    public void The_same_bytes_again_change_nothing()
    {
        SnapshotBuilder builder = new(Meshes.Own);
        builder.Put(Meshes.Raw(Meshes.Service("shop/a")));
        MeshSnapshot first = builder.Build(1).Snapshot;
        builder.Put(Meshes.Raw(Meshes.Service("shop/a")) with { Version = "2" });
        MeshSnapshot second = builder.Build(2).Snapshot;
        Assert.Same(Find(first, "shop/a"), Find(second, "shop/a"));
        Assert.Equal("2", Assert.Single(builder.Accepted).Version);
    }

    [Fact]
    public void A_bad_resource_is_refused_by_name_and_the_old_one_stays()
    {
        SnapshotBuilder builder = new(Meshes.Own);
        builder.Put(Meshes.Raw(Meshes.Endpoints("shop/a", 2)));
        builder.Put(Meshes.Raw(Meshes.Service("shop/a")));
        Refusal? refusal = builder.Put(Meshes.Raw(Meshes.Endpoints("shop/a", 3, (i, e) => e.Address = i == 1 ? "10.0.0.300" : e.Address)));
        Assert.Null(builder.Put(Meshes.Raw(Meshes.Service("shop/b"))));

        SnapshotBuild build = builder.Build(1);
        Assert.Equal([refusal!], build.Refusals);
        Assert.Equal(new Refusal(TypeUrls.Endpoints, "shop/a", "endpoints[1].address \"10.0.0.300\" is not an IP address"), refusal);
        Assert.Equal(2, Find(build.Snapshot, "shop/a").Endpoints.Count);
        Assert.True(build.Snapshot.TryGetService("shop/b", out _));
        Assert.Empty(builder.Build(2).Refusals);
    }

    [Fact]
    public void A_policy_with_an_unknown_field_is_refused_and_nobody_gets_in()
    {
        SnapshotBuilder builder = new(Meshes.Own);
        byte[] bytes = [.. new PolicySet { Service = Meshes.Own }.ToBytes(), 0xf8, 0x01, 0x01];
        Refusal? refusal = builder.Put(new RawResource(TypeUrls.PolicySet, Meshes.Own, "1", bytes));
        Assert.Contains("weft.mesh.v1.PolicySet has a field 31", refusal!.Reason, StringComparison.Ordinal);
        Assert.Null(builder.Build(1).Snapshot.Policy);
    }

    [Fact]
    public void A_service_is_whole_when_endpoints_and_routes_were_answered_for()
    {
        SnapshotBuilder builder = new(Meshes.Own);
        builder.Put(Meshes.Raw(Meshes.Service("shop/a")));
        Assert.False(Find(builder.Build(1).Snapshot, "shop/a").IsWhole);
        builder.Put(Meshes.Raw(Meshes.Endpoints("shop/a", 1)));
        Assert.False(Find(builder.Build(2).Snapshot, "shop/a").IsWhole);
        builder.Remove(TypeUrls.RouteSet, "shop/a");
        Assert.True(Find(builder.Build(3).Snapshot, "shop/a").IsWhole);
        builder.Forget(TypeUrls.RouteSet, "shop/a");
        Assert.False(Find(builder.Build(4).Snapshot, "shop/a").IsWhole);
    }

    [Fact]
    public void A_refused_route_set_is_no_answer()
    {
        SnapshotBuilder builder = new(Meshes.Own);
        builder.Put(Meshes.Raw(Meshes.Service(Meshes.Own)));
        builder.Put(Meshes.Raw(Meshes.Endpoints(Meshes.Own, 1)));
        Assert.NotNull(builder.Put(Meshes.Raw(Meshes.Routes(Meshes.Rule("r", PathMatchKind.Regex, "(")))));
        Assert.False(Find(builder.Build(1).Snapshot, Meshes.Own).IsWhole);
    }

    [Fact]
    public void Removed_resources_are_gone()
    {
        SnapshotBuilder builder = new(Meshes.Own);
        RawResource[] all =
        [
            Meshes.Raw(Meshes.Service("shop/a")),
            Meshes.Raw(Meshes.Endpoints("shop/a", 1)),
            Meshes.Raw(new PolicySet { Service = Meshes.Own }),
            Meshes.Raw("host/a@shop", new Destination { Service = "shop/a", VirtualAddress = "240.77.0.1" }),
            new(TypeUrls.TrustBundle, "weft.test", "1", new TrustBundle { TrustDomain = "weft.test", Roots = { new byte[] { 0x30 } } }.ToBytes()),
        ];
        Assert.All(all, r => Assert.Null(builder.Put(r)));
        MeshSnapshot full = builder.Build(1).Snapshot;
        Assert.Single(full.Services);
        Assert.Single(full.Destinations);
        Assert.Single(full.TrustBundles);
        Assert.NotNull(full.Policy);

        Assert.All(all, r => builder.Remove(r.TypeUrl, r.Name));
        MeshSnapshot empty = builder.Build(2).Snapshot;
        Assert.Empty(empty.Services);
        Assert.Empty(empty.Destinations);
        Assert.Empty(empty.TrustBundles);
        Assert.Null(empty.Policy);
        Assert.False(empty.TryResolveHost("a", out _));
        Assert.Empty(builder.Accepted);
    }

    [Fact]
    public void Names_and_addresses_lead_to_services()
    {
        Service virtualService = Meshes.Service("shop/v");
        virtualService.VirtualAddress = "240.77.0.9";
        MeshSnapshot mesh = Meshes.Build(
            Meshes.Raw("host/Cart.shop@web", new Destination { Service = "shop/cart", VirtualAddress = "240.77.0.1" }),
            Meshes.Raw("address/10.1.2.3", new Destination { Service = "shop/db" }),
            Meshes.Raw("address/fd00::1", new Destination { Service = "shop/six" }),
            Meshes.Raw(virtualService));

        Assert.True(mesh.TryResolveHost("cart.SHOP.", out DestinationView? host));
        Assert.Equal("shop/cart", host.Service);
        Assert.True(mesh.TryResolveHost("cart.shop:8080"u8, out DestinationView? authority));
        Assert.Same(host, authority);
        Assert.False(mesh.TryResolveHost("cart"u8, out _));
        Assert.False(mesh.TryResolveHost(new string('x', 300), out _));

        Assert.Equal("shop/cart", Resolve(mesh, "240.77.0.1"));
        Assert.Equal("shop/v", Resolve(mesh, "240.77.0.9"));
        Assert.Equal("shop/db", Resolve(mesh, "10.1.2.3"));
        Assert.Equal("shop/six", Resolve(mesh, "fd00::1"));
        Assert.Null(Resolve(mesh, "10.1.2.4"));
    }

    [Fact]
    public void Endpoints_know_their_ports_and_identity()
    {
        MeshSnapshot mesh = Meshes.Build(Meshes.Raw(Meshes.Service("shop/a")), Meshes.Raw(Meshes.Endpoints("shop/a", 2, (i, e) =>
        {
            e.Ports.Add(new TargetPort { ServicePort = 80, Target = 8080 });
            if (i == 1)
            {
                (e.Workload, e.TunnelPort, e.Identity) = ("", 0, "");
            }
        })));
        EndpointView[] endpoints = Find(mesh, "shop/a").Endpoints.Endpoints.ToArray();
        Assert.Equal(["shop/a-0", "10.0.0.2:8080"], endpoints.Select(e => e.Key));
        Assert.Equal([true, false], endpoints.Select(e => e.IsMeshed));
        Assert.Equal(8080, endpoints[0].TargetPort(80));
        Assert.Equal(81, endpoints[0].TargetPort(81));
        Assert.Equal(1, endpoints[0].Weight);
    }

    private static ServiceView Find(MeshSnapshot mesh, string name)
    {
        Assert.True(mesh.TryGetService(name, out ServiceView? service));
        return service;
    }

    private static string? Resolve(MeshSnapshot mesh, string address)
    {
        Assert.True(NetAddress.TryParseHost(address, 8080, out NetAddress parsed));
        return mesh.TryResolveAddress(parsed, out DestinationView? destination) ? destination.Service : null;
    }
}
