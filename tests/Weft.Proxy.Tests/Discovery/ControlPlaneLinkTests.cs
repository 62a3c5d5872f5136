using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.Primitives;
using Weft.Proxy.Discovery;
using Weft.Proxy.Engine;
using Weft.Proxy.Rpc;
using Weft.Proxy.Session;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Rpc;
using Weft.Proxy.Tests.Telemetry;
using Weft.Proxy.Tests.Testing;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Tests.Discovery;

/// <summary>The two streams together, against a scripted control plane on a loop whose clock the test owns.</summary>
[Collection(nameof(BugTrap))]
public sealed class ControlPlaneLinkTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;
    private readonly ScriptedGrpc _server;
    private readonly Current<MeshSnapshot> _current = new(MeshSnapshot.Empty);
    private readonly ConfigStore _store;
    private readonly Facts _facts = new();
    private readonly SessionStream _session;
    private readonly ControlPlaneLink _link;
    private readonly Action<string> _sink = ProxyLog.Sink;
    private readonly List<string> _log = [];

    public ControlPlaneLinkTests()
    {
        ProxyLog.Sink = _log.Add;
        _loop = new EventLoop(new NullPoller(), _clock);
        _server = new ScriptedGrpc(_loop);
        _store = new ConfigStore("shop/web", _current);
        _session = new SessionStream(_loop, _facts, new ProxyCommands { Drain = static () => "draining", Dump = static () => "{}", Renew = static () => "renewing" });
        _link = new ControlPlaneLink(_loop, _server, _store, new DeltaStream(_loop, _store, new Node { Id = "shop/web-1" }), _session);
    }

    private ScriptedCall Delta => _server.Call(GrpcMethods.DeltaAggregatedResources);

    private ScriptedCall Session => _server.Call(GrpcMethods.Connect);

    public void Dispose()
    {
        ProxyLog.Sink = _sink;
        _loop.Dispose();
    }

    [Fact]
    public void Hello_and_health_come_first_and_the_welcome_makes_the_link()
    {
        _ = _link.RunAsync();
        ProxyMessage[] sent = Session.TakeAll<ProxyMessage>();
        Assert.Equal("shop/web-1", sent[0].Hello!.Workload);
        Assert.NotNull(sent[1].Health);
        Assert.False(_link.IsConnected);

        Welcome();
        Assert.True(_link.IsConnected);
        Assert.Equal(1, _facts.Sessions);
    }

    [Fact]
    public void A_response_is_acknowledged_after_its_snapshot_is_published()
    {
        _ = _link.RunAsync();
        Delta.TakeAll<DeltaDiscoveryRequest>();
        DeltaDiscoveryResponse response = Resources.Response(TypeUrls.PolicySet, [Resources.Policy("shop/web")]);
        Delta.Answer(response);
        Turn();

        Assert.NotNull(_current.Value.Policy);
        DeltaDiscoveryRequest ack = Assert.Single(Delta.TakeAll<DeltaDiscoveryRequest>());
        Assert.Equal((TypeUrls.PolicySet, response.Nonce), (ack.TypeUrl, ack.ResponseNonce));
        Assert.Null(ack.ErrorDetail);
        Assert.Null(ack.Node);
    }

    [Fact]
    public void A_refusal_names_resource_and_reason_one_line_each()
    {
        _ = _link.RunAsync();
        _store.Ask(Question.Service("shop/cart"), _loop.NowMs, static _ => { });
        Turn();
        Delta.TakeAll<DeltaDiscoveryRequest>();
        Delta.Answer(Resources.Response(TypeUrls.Service, [Resources.Broken(TypeUrls.Service, "shop/cart", "2")]));
        Turn();

        DeltaDiscoveryRequest nack = Delta.TakeAll<DeltaDiscoveryRequest>().Single(static r => r.ErrorDetail is not null);
        Assert.StartsWith("shop/cart: ", nack.ErrorDetail!.Message, StringComparison.Ordinal);
        Assert.Equal(GrpcStatus.CodeInvalidArgument, nack.ErrorDetail.Code);
    }

    [Fact]
    public void Subscriptions_of_one_turn_go_out_together()
    {
        _ = _link.RunAsync();
        Delta.TakeAll<DeltaDiscoveryRequest>();
        _store.Ask(Question.Host("cart", "shop"), _loop.NowMs, static _ => { });
        _store.Ask(Question.Host("prices", "shop"), _loop.NowMs, static _ => { });
        Turn();
        Assert.Equal(["host/cart@shop", "host/prices@shop"], Assert.Single(Delta.TakeAll<DeltaDiscoveryRequest>()).ResourceNamesSubscribe);
    }

    [Fact]
    public void A_lost_control_plane_is_back_within_five_seconds_and_the_stream_resumes_by_version()
    {
        _ = _link.RunAsync();
        Welcome();
        Delta.Answer(Resources.Response(TypeUrls.PolicySet, [Resources.Policy("shop/web", version: "7")]));
        Turn();

        _server.Down = "no connection";
        Delta.End(GrpcStatus.Unavailable("reset"));
        Turn();
        Assert.False(_link.IsConnected);
        Assert.NotNull(_current.Value.Policy);
        for (int i = 0; i < 600; i++)
        {
            Advance(100);
        }

        int attempts = _server.Attempts;
        Assert.InRange(attempts, 30, 140);
        _server.Down = null;
        for (int i = 0; i < 30 && !_link.IsConnected; i++)
        {
            Advance(100);
            if (_server.Calls.Count > 2)
            {
                Welcome();
            }
        }

        Assert.True(_link.IsConnected);
        Assert.Equal("7", Delta.Take<DeltaDiscoveryRequest>().InitialResourceVersions["shop/web"]);
        Assert.Equal(2, _facts.Sessions);
        Assert.Equal(2, _log.Count(static line => line.Contains("no control plane", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_session_that_ends_takes_the_other_stream_with_it()
    {
        _ = _link.RunAsync();
        ScriptedCall delta = Delta;
        Session.End(new GrpcStatus(GrpcStatus.CodePermissionDenied, "who are you"));
        Turn();
        Assert.True(delta.IsClosed);
        Assert.Contains(_log, static line => line.Contains("who are you", StringComparison.Ordinal));
    }

    [Fact]
    public void Traffic_is_reported_at_the_interval_of_the_welcome()
    {
        _ = _link.RunAsync();
        Welcome(reportMs: 500);
        Session.TakeAll<ProxyMessage>();
        Advance(400);
        Assert.Empty(Session.Sent);
        Advance(200);
        Assert.NotNull(Session.Take<ProxyMessage>().Traffic);
        Advance(600);
        Assert.NotNull(Session.Take<ProxyMessage>().Traffic);
    }

    [Theory]
    [InlineData("drain", true, "draining")]
    [InlineData("dump", true, "{}")]
    [InlineData("renew", true, "renewing")]
    [InlineData("explode", false, "unknown command \"explode\"")]
    public void A_command_is_answered_under_its_number(string verb, bool ok, string text)
    {
        _ = _link.RunAsync();
        Session.TakeAll<ProxyMessage>();
        Session.Answer(new ServerMessage { Command = new Command { Id = 9, Verb = verb } });
        Turn();
        CommandResult result = Session.Take<ProxyMessage>().Result!;
        Assert.Equal((9UL, ok, text), (result.Id, result.Ok, result.Text));
    }

    [Fact]
    public void Leaving_sends_the_last_figures_and_a_farewell_and_then_ends()
    {
        _ = _link.RunAsync();
        Welcome();
        ScriptedCall session = Session;
        session.TakeAll<ProxyMessage>();
        Task left = _link.LeaveAsync(sayGoodbye: true);
        Turn();
        ProxyMessage[] last = session.TakeAll<ProxyMessage>();
        Assert.NotNull(last[0].Traffic);
        Assert.False(last[1].Goodbye!.Draining);
        Assert.True(session.SendingEnded);
        Assert.False(left.IsCompleted);

        session.End(new GrpcStatus(GrpcStatus.CodeOk, ""));
        Turn();
        Assert.True(left.IsCompletedSuccessfully);
        int calls = _server.Attempts;
        Advance(10_000);
        Assert.Equal(calls, _server.Attempts);
    }

    [Fact]
    public void Without_a_control_plane_nobody_waits_for_it()
    {
        _server.Down = "no connection";
        _ = _link.RunAsync();
        Advance(3_000);
        List<Lookup> answers = [];
        _store.Ask(Question.Address("1.2.3.4"), _loop.NowMs, answers.Add);
        Assert.Equal([Lookup.Unknown], answers);
    }

    private void Welcome(uint reportMs = 1_000)
    {
        Session.Answer(new ServerMessage { Welcome = new Welcome { TrustDomain = "weft.local", ReportIntervalMs = reportMs } });
        Turn();
    }

    private void Advance(int ms)
    {
        _clock.AdvanceMs(ms);
        Turn();
    }

    private void Turn()
    {
        while (_loop.RunOnce())
        {
        }
    }

    private sealed class Facts : ISessionFacts
    {
        public int Sessions { get; private set; }

        public Hello Hello() => new() { Workload = "shop/web-1", Service = "shop/web" };

        public HealthReport Health() => new() { Healthy = true };

        public TrafficReport Traffic() => new();

        public CheckReport? Checks() => null;

        public void SessionStarted() => Sessions++;
    }
}
