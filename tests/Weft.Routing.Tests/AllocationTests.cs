using Weft.Contracts.Mesh;
using Weft.Primitives.Http;
using Weft.Routing.Authorization;
using Weft.Routing.Balancing;
using Weft.Routing.Snapshot;
using Xunit;
using BalancingKind = Weft.Contracts.Mesh.Balancing;

namespace Weft.Routing.Tests;

/// <summary>Deciding, judging and choosing allocate nothing in steady state.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 1_000;

    [Fact]
    public void Deciding_allocates_nothing()
    {
        RouteRule rule = Meshes.Rule("r", PathMatchKind.Prefix, "/a");
        rule.Hostnames.Add("*.example.com");
        rule.Match!.Method = "GET";
        rule.Match.Headers.Add(new ValueMatch { Name = "x-canary", Value = "1" });
        rule.Match.Query.Add(new ValueMatch { Name = "q", Value = "a b" });
        MeshSnapshot mesh = Meshes.WithRules(Meshes.Rule("other", PathMatchKind.Exact, "/other"), rule);
        MessageHead head = Heads.Request("/a/b?x=1&q=a%20b", host: "www.example.com:80", fields: [("accept", "*/*"), ("X-Canary", "1")]);
        AssertNothing(() => Assert.True(Decider.Decide(mesh, new DecisionInput(Meshes.Own, 80, head, 1)).RouteName == "r"));
    }

    [Fact]
    public void Making_a_path_canonical_allocates_nothing_once_the_head_has_grown()
    {
        MeshSnapshot mesh = Meshes.WithRules(Meshes.Rule("r", PathMatchKind.Prefix, "/a"));
        MessageHead head = new();
        AssertNothing(() =>
        {
            head.Clear();
            head.Method = head.Append("GET"u8);
            head.Path = head.Append("/x/../%61//b?q"u8);
            Assert.True(Decider.Decide(mesh, new DecisionInput(Meshes.Own, 80, head, 1)).RouteName == "r");
        });
    }

    [Fact]
    public void Resolving_a_destination_allocates_nothing()
    {
        MeshSnapshot mesh = Meshes.Build(Meshes.Raw("host/cart@shop", new Destination { Service = Meshes.Own, VirtualAddress = "240.77.0.1" }));
        Assert.True(Weft.Primitives.Net.NetAddress.TryParse("240.77.0.1:80", out Weft.Primitives.Net.NetAddress address));
        AssertNothing(() =>
        {
            Assert.True(mesh.TryResolveHost("CART:80"u8, out _));
            Assert.True(mesh.TryResolveHost("cart", out _));
            Assert.True(mesh.TryResolveAddress(address, out _));
        });
    }

    [Fact]
    public void Judging_allocates_nothing()
    {
        PolicySet set = new()
        {
            Service = Meshes.Own,
            Policies =
            {
                new AuthorizationPolicy { Name = "n/d", Action = PolicyAction.Deny, Rules = { new PolicyRule { To = { new PolicyOperation { Paths = { "/admin/*" } } } } } },
                new AuthorizationPolicy
                {
                    Name = "n/a",
                    Rules = { new PolicyRule { From = { new PolicySource { Identities = { "spiffe://weft.test/*" } } }, To = { new PolicyOperation { Methods = { "GET" }, Ports = { 80 } } } } },
                },
            },
        };
        MeshSnapshot mesh = Meshes.Build(Meshes.Raw(set));
        MessageHead head = Heads.Request("/a?x");
        PeerContext peer = new("spiffe://weft.test/ns/shop/svc/web", "shop");
        AssertNothing(() => Assert.True(Authorizer.Judge(mesh.Policy, peer, head, 80).IsAllowed));
    }

    [Theory]
    [InlineData(BalancingKind.RoundRobin)]
    [InlineData(BalancingKind.PeakEwma)]
    public void Choosing_an_endpoint_allocates_nothing(BalancingKind balancing)
    {
        MeshSnapshot mesh = Meshes.Build(Meshes.Raw(Meshes.Service(Meshes.Own)), Meshes.Raw(Meshes.Endpoints(Meshes.Own, 3, (i, e) => e.Weight = (uint)i + 1)));
        Assert.True(mesh.TryGetService(Meshes.Own, out ServiceView? service));
        EndpointLoads loads = new();
        ulong random = 0;
        long now = 0;
        AssertNothing(() =>
        {
            loads.Align(service, now);
            TriedEndpoints tried = default;
            EndpointLoad first = loads.Pick(balancing, tried, random += 0x9e3779b97f4a7c15, now += 100)!;
            tried.Add(first);
            EndpointLoad second = loads.Pick(balancing, tried, random, now)!;
            first.OnStart();
            loads.OnFailure(first, now);
            second.OnStart();
            second.OnEnd(50, now);
        });
    }

    private static void AssertNothing(Action action)
    {
        for (int i = 0; i < 100; i++)
        {
            action();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
        {
            action();
        }

        long perRound = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
        Assert.Equal(0, perRound);
    }
}
