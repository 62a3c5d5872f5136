using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.Primitives;
using Weft.Proxy.Discovery;
using Weft.Proxy.Health;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Discovery;
using Weft.Proxy.Tests.Telemetry;
using Weft.Routing.Snapshot;
using HealthCheck = Weft.Contracts.Mesh.HealthCheck;

namespace Weft.Proxy.Tests.Health;

/// <summary>From a service that says how it is checked to the endpoints that the workers choose among.</summary>
[Collection(nameof(BugTrap))]
public sealed class MeshChecksTests : IDisposable
{
    private const string Db = "shop/db";

    private readonly CheckRig _rig = new();
    private readonly Current<MeshSnapshot> _current = new(MeshSnapshot.Empty);
    private readonly ConfigStore _store;
    private readonly MeshChecks _checks;
    private readonly Action<string> _sink = ProxyLog.Sink;
    private readonly List<string> _log = [];

    public MeshChecksTests()
    {
        ProxyLog.Sink = _log.Add;
        _store = new ConfigStore("shop/web", _current);
        _checks = new MeshChecks(_rig.Loop, _store, _rig.MakeProbe);
        _store.Changed = _checks.Follow;
        _store.Ask(Question.Host("db", "shop"), 0, static _ => { });
        Apply(Resources.Destination("host/db@shop", Db));
        Apply(Resources.Endpoints(Db, "10.0.0.1", "db.example"));
    }

    public void Dispose() => ProxyLog.Sink = _sink;

    [Fact]
    public void An_ill_endpoint_is_left_out_and_comes_back()
    {
        (_rig.Answers["shop/db-0"], _rig.Answers["shop/db-1"]) = (null, "refused");
        Apply(Service(new HealthCheck { IntervalMs = 1_000, MinHealthyPercent = 50 }));
        _rig.Pass(200);
        Assert.Equal(("0", "Healthy,Unhealthy"), Seen());
        Assert.Equal(new CheckFigures(1, 1, 0, 0, 1, 1), _checks.Figures);
        Assert.Equal(("passed", "refused"), (_checks.Describe(Db, "shop/db-0"), _checks.Describe(Db, "shop/db-1")));
        Assert.Contains("shop/db at db.example:8080 is unhealthy: refused", string.Join('\n', _log), StringComparison.Ordinal);

        _rig.Answers["shop/db-1"] = null;
        _rig.Pass(1_200);
        Assert.Equal(("01", "Healthy,Healthy"), Seen());
    }

    [Fact]
    public void A_verdict_that_somebody_is_told_of_holds_already()
    {
        (_rig.Answers["shop/db-0"], _rig.Answers["shop/db-1"]) = (null, "refused");
        Apply(Service(new HealthCheck { IntervalMs = 1_000, MinHealthyPercent = 50 }));
        while (_checks.Figures is not { Unhealthy: 1 })
        {
            _rig.Pass(5);
        }

        _checks.PublishNow();
        Assert.True(_current.Value.TryGetService(Db, out ServiceView? service));
        Assert.Equal(Contracts.Mesh.Health.Unhealthy, service.Endpoints.Endpoints[1].Health);
    }

    [Fact]
    public void The_control_plane_is_told_of_what_has_changed_and_each_session_of_everything()
    {
        (_rig.Answers["shop/db-0"], _rig.Answers["shop/db-1"]) = (null, "refused");
        _checks.SessionStarted();
        Assert.Null(_checks.Report());
        Apply(Service(new HealthCheck { IntervalMs = 1_000, MinHealthyPercent = 50 }));
        _rig.Pass(200);
        CheckReport report = _checks.Report()!;
        Assert.Equal(
            [("shop/db-1", "db.example:8080", false, "refused"), ("shop/db-0", "10.0.0.1:8080", true, "")],
            report.Endpoints.Select(static e => (e.Endpoint, e.Address, e.Healthy, e.Detail)));
        Assert.All(report.Endpoints, static endpoint => Assert.Equal(Db, endpoint.Service));
        Assert.All(report.Endpoints, static endpoint => Assert.InRange(endpoint.HeldMs, 0UL, 200UL));
        _rig.Pass(1_200);
        Assert.Null(_checks.Report());

        _checks.SessionStarted();
        report = _checks.Report()!;
        Assert.Equal(2, report.Endpoints.Count);
        Assert.All(report.Endpoints, static endpoint => Assert.InRange(endpoint.HeldMs, 1_200UL, 1_400UL));
        _rig.Answers["shop/db-1"] = null;
        _rig.Pass(1_200);
        report = _checks.Report()!;
        Assert.All(report.Endpoints, static endpoint => Assert.True(endpoint.Healthy));
        Assert.InRange(report.Endpoints.Single(static endpoint => endpoint.Endpoint == "shop/db-1").HeldMs, 0UL, 1_199UL);
        Assert.InRange(report.Endpoints.Single(static endpoint => endpoint.Endpoint == "shop/db-0").HeldMs, 2_400UL, 2_600UL);
        Apply(Service(null));
        Assert.Empty(_checks.Report()!.Endpoints);
        Assert.Null(_checks.Report());
    }

    [Fact]
    public void Where_most_are_ill_all_are_used_or_none_as_the_service_says()
    {
        (_rig.Answers["shop/db-0"], _rig.Answers["shop/db-1"]) = ("refused", "refused");
        Apply(Service(new HealthCheck { IntervalMs = 1_000, MinHealthyPercent = 50 }));
        _rig.Pass(200);
        Assert.Equal(("01", "Unhealthy,Unhealthy"), Seen());
        Apply(Service(new HealthCheck { IntervalMs = 1_000 }));
        Assert.Equal(("", "Unhealthy,Unhealthy"), Seen());
    }

    [Fact]
    public void Without_the_check_nothing_is_asked_and_nothing_is_remembered()
    {
        (_rig.Answers["shop/db-0"], _rig.Answers["shop/db-1"]) = ("refused", null);
        Apply(Service(new HealthCheck { IntervalMs = 1_000, MinHealthyPercent = 50 }));
        _rig.Pass(200);
        Assert.Equal(("1", "Unhealthy,Healthy"), Seen());
        Apply(Service(null));
        Assert.Equal(("01", "Unknown,Unknown"), Seen());
        Assert.Null(_checks.Figures);
        int before = _rig.Begun.Count;
        _rig.Pass(3_000);
        Assert.Equal(before, _rig.Begun.Count);
    }

    [Fact]
    public void Endpoints_come_and_go_while_they_are_checked()
    {
        (_rig.Answers["shop/db-0"], _rig.Answers["shop/db-1"], _rig.Answers["shop/db-2"]) = (null, null, "refused");
        Apply(Service(new HealthCheck { IntervalMs = 1_000, MinHealthyPercent = 50 }));
        _rig.Pass(200);
        Apply(Resources.Endpoints(Db, "10.0.0.1", "db.example", "10.0.0.3"));
        Assert.Equal(("012", "Healthy,Healthy,Unknown"), Seen());
        _rig.Pass(200);
        Assert.Equal(("01", "Healthy,Healthy,Unhealthy"), Seen());
        Apply(Resources.Endpoints(Db, "10.0.0.1"));
        Assert.Equal(("0", "Healthy"), Seen());
    }

    [Fact]
    public void Endpoints_with_a_proxy_are_left_to_it()
    {
        Endpoints endpoints = new() { Service = Db };
        endpoints.Items.Add(new Endpoint { Address = "10.0.0.1", Workload = "shop/db-0", TunnelPort = 15008, Identity = "spiffe://t/ns/shop/svc/db", Health = Contracts.Mesh.Health.Healthy });
        endpoints.Items.Add(new Endpoint { Address = "10.0.0.2", Workload = "shop/db-1" });
        _rig.Answers["shop/db-1"] = null;
        Apply(new Resource { Name = Db, Version = "2", Body = new AnyMessage(TypeUrls.Endpoints, endpoints.ToBytes()) });
        Apply(Service(new HealthCheck { IntervalMs = 100, MinHealthyPercent = 50 }));
        _rig.Pass(1_000);
        Assert.Equal("shop/db-1", Assert.Single(_rig.Begun.Select(static begun => begun.Key).Distinct()));
        Assert.Null(_checks.Describe(Db, "shop/db-0"));
    }

    [Theory]
    [InlineData(Protocol.Http2, 0, "Http2")]
    [InlineData(Protocol.Grpc, 8080, "Http2")]
    [InlineData(Protocol.Http1, 0, "Http1")]
    [InlineData(Protocol.Auto, 0, "Auto")]
    [InlineData(Protocol.Http2, 9090, "Auto")]
    public void A_check_speaks_what_its_port_is_declared_to_speak(Protocol declared, int port, string spoken)
    {
        Apply(Service(new HealthCheck { IntervalMs = 1_000, MinHealthyPercent = 50, Port = (uint)port }, declared));
        _rig.Pass(1_000);
        Assert.Equal(spoken, Assert.Single(_rig.Places.Select(static place => place.Where.Protocol.ToString()).Distinct()));
    }

    private void Apply(Resource resource) => _store.Apply(Resources.Response(resource.Body!.TypeUrl, [resource]), _rig.Loop.NowMs);

    private static Resource Service(HealthCheck? check, Protocol protocol = Protocol.Auto)
    {
        Service service = new() { Namespace = "shop", Name = "db", HealthCheck = check };
        service.Ports.Add(new Port { Number = 8080, Protocol = protocol });
        return new Resource { Name = Db, Version = Guid.NewGuid().ToString("n"), Body = new AnyMessage(TypeUrls.Service, service.ToBytes()) };
    }

    private (string Usable, string Health) Seen()
    {
        _rig.Pass(20);
        Assert.True(_current.Value.TryGetService(Db, out ServiceView? service));
        return (string.Concat(service.Endpoints.Usable.ToArray()), string.Join(',', service.Endpoints.Endpoints.ToArray().Select(static endpoint => endpoint.Health)));
    }
}
