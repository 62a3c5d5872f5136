using Weft.Contracts.Mesh;
using Weft.Primitives.Http;
using Weft.Routing.Snapshot;
using Xunit;

namespace Weft.Routing.Tests;

public sealed class DeciderTests
{
    private static readonly MeshSnapshot Plain = Meshes.Build(Meshes.Raw(Meshes.Service(Meshes.Own)), Meshes.Raw(Meshes.Endpoints(Meshes.Own, 2)));

    [Fact]
    public void An_unknown_service_is_refused_and_named()
    {
        Decision decision = Decider.Decide(MeshSnapshot.Empty, new DecisionInput("shop/x", 80, null, 0));
        Assert.Equal((EndReason.NoService, "shop/x"), (decision.Refusal, decision.MissingService));
    }

    [Fact]
    public void An_unknown_port_is_refused() => Assert.Equal(EndReason.NoPort, Decide(Plain, "/", port: 81).Refusal);

    [Fact]
    public void A_service_without_routes_answers_itself()
    {
        Decision decision = Decide(Plain, "/a//b");
        Assert.False(decision.IsRefusal);
        Assert.Same(decision.Service, decision.Target);
        Assert.Equal((null, "", 2_000, 0, 0), (decision.Rule, decision.RouteName, decision.ConnectTimeoutMs, decision.IdleTimeoutMs, decision.RequestTimeoutMs));
        Assert.Equal(2, decision.Endpoints.Count);
    }

    [Fact]
    public void A_service_without_endpoints_is_refused()
        => Assert.Equal(EndReason.NoHealthyEndpoint, Decide(Meshes.Build(Meshes.Raw(Meshes.Service(Meshes.Own))), "/").Refusal);

    [Fact]
    public void The_first_rule_that_matches_decides()
    {
        MeshSnapshot mesh = Meshes.WithRules(
            Meshes.Rule("exact", PathMatchKind.Exact, "/a"),
            Meshes.Rule("prefix", PathMatchKind.Prefix, "/a"),
            Meshes.Rule("regex", PathMatchKind.Regex, "/b.*"));
        Assert.Equal("exact", Decide(mesh, "/a?x").RouteName);
        Assert.Equal("exact", Decide(mesh, "/x/../%61").RouteName);
        Assert.Equal("prefix", Decide(mesh, "/a/b").RouteName);
        Assert.Equal("regex", Decide(mesh, "/bc").RouteName);
        Assert.Equal(EndReason.NoRoute, Decide(mesh, "/c").Refusal);
        Assert.Equal(EndReason.BadRequest, Decide(mesh, "/a%2fb").Refusal);
    }

    [Fact]
    public void What_is_matched_is_what_is_forwarded()
    {
        MessageHead head = Heads.Request("/x/../a//b?q=//");
        Decider.Decide(Meshes.WithRules(Meshes.Rule("r", PathMatchKind.Prefix, "/a")), new DecisionInput(Meshes.Own, 80, head, 0));
        Assert.Equal("/a/b?q=//", head.Target());
    }

    [Fact]
    public void A_path_that_no_route_looks_at_keeps_its_bytes()
    {
        MessageHead head = Heads.Request("/x/../a%2f//b");
        Assert.False(Decider.Decide(Meshes.WithRules(Meshes.Rule("r", PathMatchKind.Prefix, "/")), new DecisionInput(Meshes.Own, 80, head, 0)).IsRefusal);
        Assert.Equal("/x/../a%2f//b", head.Target());
    }

    [Fact]
    public void Rules_of_another_port_do_not_count()
    {
        RouteRule rule = Meshes.Rule("r", PathMatchKind.Exact, "/a");
        rule.ParentPorts.Add(81);
        MeshSnapshot mesh = Meshes.Build(
            Meshes.Raw(Meshes.Service(Meshes.Own, 80, 81)), Meshes.Raw(Meshes.Endpoints(Meshes.Own, 1)), Meshes.Raw(Meshes.Routes(rule)));
        Assert.Null(Decide(mesh, "/b").Rule);
        Assert.False(Decide(mesh, "/b").IsRefusal);
        Assert.Equal(EndReason.NoRoute, Decide(mesh, "/b", port: 81).Refusal);
    }

    [Fact]
    public void Opaque_streams_pass_routes_by()
        => Assert.Null(Decider.Decide(Meshes.WithRules(Meshes.Rule("r", PathMatchKind.Exact, "/a")), new DecisionInput(Meshes.Own, 80, null, 0)).Rule);

    [Theory]
    [InlineData("a.test", "exact")]
    [InlineData("b.test", "wildcard")]
    [InlineData("x.b.test", "wildcard")]
    [InlineData("test", null)]
    [InlineData("", null)]
    public void TLS_goes_by_its_server_name_and_without_one_that_is_known_nowhere(string serverName, string? rule)
    {
        MeshSnapshot mesh = Meshes.WithRules(
            new RouteRule { Name = "exact", Tls = true, Hostnames = ["a.test"], Backends = [new Backend { Service = Meshes.Own, Port = 80, Weight = 1 }] },
            new RouteRule { Name = "wildcard", Tls = true, Hostnames = ["*.test"], Backends = [new Backend { Service = Meshes.Own, Port = 80, Weight = 1 }] });
        Decision decision = Decider.Decide(mesh, new DecisionInput(Meshes.Own, 80, null, 0, serverName));
        Assert.Equal((rule ?? "", rule is null ? EndReason.ServerNameUnknown : EndReason.Ok), (decision.RouteName, decision.Refusal));

        // Requests in the clear are no business of such rules.
        Assert.Equal(EndReason.Ok, Decide(mesh, "/").Refusal);
    }

    [Fact]
    public void Backends_share_the_traffic_by_weight()
    {
        MeshSnapshot mesh = Meshes.Build(
            Meshes.Raw(Meshes.Service(Meshes.Own)),
            Meshes.Raw(Meshes.Service("shop/v1")),
            Meshes.Raw(Meshes.Endpoints("shop/v1", 1)),
            Meshes.Raw(Meshes.Service("shop/v2")),
            Meshes.Raw(Meshes.Endpoints("shop/v2", 1)),
            Meshes.Raw(Meshes.Routes(Meshes.Rule("r", PathMatchKind.Any, "", ("shop/v1", 90), ("shop/v2", 10)))));
        Random random = new(3);
        int canary = 0;
        for (int i = 0; i < 5_000; i++)
        {
            Decision decision = Decide(mesh, "/", random: (ulong)random.NextInt64(long.MinValue, long.MaxValue));
            Assert.Equal(decision.Backend!.Service, decision.Target!.Name);
            canary += decision.Target.Name == "shop/v2" ? 1 : 0;
        }

        Assert.InRange(canary, 400, 600);
    }

    [Fact]
    public void Routes_that_lead_nowhere_say_why()
    {
        RouteRule none = Meshes.Rule("none", PathMatchKind.Exact, "/none");
        none.Backends.Clear();
        RouteRule invalid = Meshes.Rule("invalid", PathMatchKind.Exact, "/invalid");
        invalid.Backends[0].InvalidReason = "not allowed";
        RouteRule port = Meshes.Rule("port", PathMatchKind.Exact, "/port");
        port.Backends[0].Port = 81;
        MeshSnapshot mesh = Meshes.WithRules(
            none,
            invalid,
            port,
            Meshes.Rule("zero", PathMatchKind.Exact, "/zero", (Meshes.Own, 0)),
            Meshes.Rule("missing", PathMatchKind.Exact, "/missing", ("shop/missing", 1)));
        Assert.Equal(EndReason.NoBackend, Decide(mesh, "/none").Refusal);
        Assert.Equal(EndReason.InvalidBackend, Decide(mesh, "/invalid").Refusal);
        Assert.Equal(EndReason.InvalidBackend, Decide(mesh, "/port").Refusal);
        Assert.Equal(EndReason.NoBackend, Decide(mesh, "/zero").Refusal);
        Decision missing = Decide(mesh, "/missing");
        Assert.Equal((EndReason.NoService, "shop/missing", "missing"), (missing.Refusal, missing.MissingService, missing.RouteName));
    }

    private static Decision Decide(MeshSnapshot mesh, string target, int port = 80, ulong random = 0)
        => Decider.Decide(mesh, new DecisionInput(Meshes.Own, port, Heads.Request(target), random));
}
