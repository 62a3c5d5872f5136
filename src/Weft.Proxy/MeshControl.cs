using System.Security.Cryptography;
using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.Identity;
using Weft.Primitives;
using Weft.Primitives.Net;
using Weft.Proxy.Admin;
using Weft.Proxy.Discovery;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Flows.Otlp;
using Weft.Proxy.Health;
using Weft.Proxy.Joining;
using Weft.Proxy.Listening;
using Weft.Proxy.Meshing;
using Weft.Proxy.Names;
using Weft.Proxy.Rpc;
using Weft.Proxy.Session;
using Weft.Proxy.State;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upgrading;
using Weft.Proxy.Upstreams;
using Weft.Routing.Snapshot;

namespace Weft.Proxy;

/// <summary>
/// The control thread of a mesh proxy: identity, discovery, session, names, health, admin pages and the state on disk. Made in named steps
/// before its loop runs; afterwards only that loop touches it, except where said.
/// </summary>
internal sealed partial class MeshControl
{
    /// <summary>How often unused subscriptions are looked for.</summary>
    private const int SweepMs = 60_000;

    /// <summary>From telling the control plane that we drain to ending connections: callers turn to other endpoints meanwhile.</summary>
    private const int DrainSettleMs = 1_000;

    /// <summary>Bytes to the control plane that are not acknowledged for so long mean that it is gone.</summary>
    private const int ControlUserTimeoutMs = 10_000;

    private readonly RunSettings _settings;
    private readonly TimeProvider _clock;
    private readonly EventLoop _loop;
    private readonly SocketFactory _sockets;
    private readonly StateDirectory _state;
    private readonly IReadOnlyList<MeshDataLoop> _dataLoops;
    private readonly IMeshHost _host;
    private readonly Current<MeshSnapshot> _mesh = new(MeshSnapshot.Empty);
    private readonly ConfigStore _config;
    private readonly IdentityKeeper _identity;
    private readonly CertificateSigner _signer;
    private readonly StateSaver _saver;
    private readonly HealthCheck? _health;
    private readonly MeshChecks _checks;
    private readonly SessionStream _session;
    private readonly FlowHub _flows;
    private readonly LoopTimer _questionTimer;
    private readonly LoopTimer _sweepTimer;
    private readonly LoopTimer _drainTimer;
    private DnsServer? _dns;
    private BothFamilies? _dnsSocket;
    private DatagramSocket? _dnsUpstream;
    private AdminListener? _admin;
    private ControlPlaneLink? _link;
    private ControlPlaneServer? _server;
    private bool _serving;
    private bool _toldReady;
    private bool _draining;

    public MeshControl(RunSettings settings, TimeProvider clock, EventLoop loop, StateDirectory state, IReadOnlyList<MeshDataLoop> dataLoops, IMeshHost host, string? epoch, Current<FlowSettings> flowSettings)
    {
        _settings = settings;
        _clock = clock;
        _loop = loop;
        _sockets = new SocketFactory(settings.Mark) { UserTimeoutMs = ControlUserTimeoutMs };
        _state = state;
        _dataLoops = dataLoops;
        _host = host;
        Epoch = epoch ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        _fold = new MetersFold([.. dataLoops.Select(static l => l.Meters)], () => host.Ancestors.Meters);
        _metrics = new MetricsPage(_fold, settings.Flows.Compat, new WorkloadMark(settings.WorkloadName, OwnVersion, settings.Zone));
        _reporter = new TrafficReporter(_fold, new WorkloadMark(settings.WorkloadName, OwnVersion));
        _flows = new FlowHub(loop, flowSettings, [.. dataLoops.Select(static l => l.Flows)]);
        if (settings.Flows.Otlp is { } otlp)
        {
            _flows.Add(new OtlpExporter(
                loop, OtlpCollectors.Open(otlp, loop, _sockets), _fold, clock, new WorkloadMark(settings.WorkloadName, OwnVersion), settings.ServiceName, MeshHost.Version, otlp.IsDelta, _flows.Exemplars));
        }

        _startedAt = clock.GetUtcNow();
        _config = new ConfigStore(settings.ServiceName, _mesh);
        _signer = new CertificateSigner(settings.Namespace, settings.Service);
        _identity = new IdentityKeeper(loop, clock, state, _signer);
        _saver = new StateSaver(loop, state, () => _config.Save(ConfirmedAt));
        _health = settings.Ports.Count == 0 ? null : new HealthCheck(loop, MakeProbe(), _ => _session!.TellHealth());
        _checks = MeshChecks.Over(loop, new SocketFactory(settings.Mark), Names, _config);
        _session = new SessionStream(loop, this, new ProxyCommands { Drain = DrainByCommand, Dump = ((IAdminFacts)this).Config, Renew = RenewByCommand, Flows = _flows });
        _questionTimer = new LoopTimer(loop, ExpireQuestions);
        _sweepTimer = new LoopTimer(loop, Sweep);
        _drainTimer = new LoopTimer(loop, DrainNow);
        _config.Changed = OnConfigChanged;
        _config.Waits = SetQuestionTimer;
    }

    /// <summary>Binds the sockets of the control thread, or takes those that were given.</summary>
    /// <exception cref="UsageException">An address cannot be bound.</exception>
    public void OpenSockets(HeldSockets held)
    {
        string option = "--admin";
        try
        {
            _admin = new AdminListener(_loop, _sockets, held, _settings.Admin, new AdminPages(this));
            if (_settings.Dns is { } dns)
            {
                option = "--upstream-dns";
                DnsForwarder? forwarder = OpenForwarder();
                option = "--dns";
                bool v6 = _settings.Transparent && Ipv6.IsHere;
                _dnsSocket = new BothFamilies(OpenDns(held, dns), v6 && Ipv6.TwinOf(dns) is { } twin ? OpenDns(held, twin) : null);
                _dns = new DnsServer(new MeshNames(_loop, _config, _settings.Namespace), _dnsSocket, forwarder) { AnswersV6 = () => v6 && Ipv6.ReachesOut };
            }
        }
        catch (IOException fault)
        {
            throw new UsageException($"option {option}: {fault.Message}; is the port taken, or the address not of this host?", ExitCodes.Unavailable);
        }
    }

    private DatagramSocket OpenDns(HeldSockets held, NetAddress address)
    {
        int descriptor = WorkerSockets.OpenDatagram(_sockets, held, address, out string? fault);
        return descriptor >= 0 ? new DatagramSocket(_loop, descriptor, (packet, from) => _dns!.Receive(packet, from)) : throw new IOException($"{address} (UDP): {fault}");
    }

    /// <summary>Takes over what the last run left on disk.</summary>
    public void LoadState(JoinToken? token)
    {
        SavedIdentity? saved = _state.LoadIdentity();
        if (saved is not null && !Fits(saved, token))
        {
            saved = null;
        }

        if (saved is not null)
        {
            _identity.Adopt(saved, save: false);
        }

        // Without its identity the configuration may be of another mesh or workload.
        if (saved is not null && _state.LoadResources() is { } resources)
        {
            _config.Load(resources, _loop.NowMs);
            _confirmedAt = resources.ConfirmedAt;
            ProxyLog.Info($"starting from saved state of commit {resources.Commit}, {(int)(_clock.GetUtcNow() - resources.ConfirmedAt).TotalSeconds} s old");
        }
    }

    /// <summary>Begins on the loop.</summary>
    /// <param name="token">What to join with when there is no identity.</param>
    /// <param name="takesOver">A process before this one still serves: nothing is served, and nobody spoken to, before <see cref="TakeOver"/>.</param>
    public void Start(JoinToken? token, bool takesOver)
    {
        if (takesOver)
        {
            PrepareTakeOver();
        }
        else
        {
            _dnsSocket?.Receive();
            _admin!.Serve();
            Watch(StartAsync(token));
        }
    }

    /// <summary>Joins if need be, then serves.</summary>
    private async Task StartAsync(JoinToken? token)
    {
        _sweepTimer.Set(SweepMs);
        if (_health is not null)
        {
            Watch(_health.RunAsync());
        }

        if (_identity.Identity is null && !await JoinAsync(token))
        {
            return;
        }

        Serve();
        TellReady();
    }

    /// <summary>Opens everything that an identity is needed for.</summary>
    private void Serve()
    {
        SpiffeId id = _identity.Identity!.Id;
        _config.Pin(new ResourceKey(TypeUrls.TrustBundle, id.TrustDomain));
        StartDataLoops(id);
        _flows.Start();
        StartLink(id);
        foreach (ExplicitDestination destination in _settings.Destinations)
        {
            // Known before the first call comes.
            _config.Ask(Question.Host(destination.Host, _settings.Namespace), _loop.NowMs, static _ => { });
        }
    }

    private bool Fits(SavedIdentity saved, JoinToken? token)
    {
        string? wrong = saved.Id.Namespace != _settings.Namespace || saved.Id.Service != _settings.Service
            ? $"it is {saved.Id}"
            : saved.NotAfter <= _clock.GetUtcNow() ? $"its certificate expired at {saved.NotAfter:u}" : null;
        if (wrong is null && token is not null && !saved.HasRoot(token.Root))
        {
            wrong = "it is of another mesh than the join token";
        }

        if (wrong is not null)
        {
            ProxyLog.Warn($"the saved identity is not used: {wrong}");
        }

        return wrong is null;
    }

    private async ValueTask<bool> JoinAsync(JoinToken? token)
    {
        if (token is null)
        {
            _host.Fail(ExitCodes.Usage, $"{_settings.StateDirectory} holds no identity that can be used; start with --join-token-stdin and a token from `weft token`");
            return false;
        }

        (SavedIdentity? identity, string refusal) = await new Joiner(_loop, _sockets, _settings, _signer).JoinAsync(token);
        if (identity is null)
        {
            _host.Fail(ExitCodes.Forbidden, $"the control plane refused to let the workload join: {refusal}");
            return false;
        }

        _identity.Adopt(identity, save: true);
        ProxyLog.Info($"joined as {identity.Id}, certificate until {identity.NotAfter:u}");
        return true;
    }

    private void StartDataLoops(SpiffeId id)
    {
        SocketFactory sockets = new(_settings.Mark);
        foreach (MeshDataLoop dataLoop in _dataLoops)
        {
            Resolver resolver = new(dataLoop.Loop, new ResolverNetwork(dataLoop.Loop, sockets), Names);
            MeshWorker parts = new()
            {
                Loop = dataLoop.Loop,
                Settings = _settings,
                OwnIdentity = id.ToString(),
                Mesh = _mesh,
                Svid = _identity.Svid,
                Dialer = new Dialer(dataLoop.Loop, sockets, Protocols.ConnectionLimits.Default, resolver),
                Meters = dataLoop.Meters,
                Flows = dataLoop.Flows,
                Version = OwnVersion,
                Questions = new OnDemand(dataLoop.Loop, _loop, _config, _settings.Namespace),
            };
            dataLoop.Serve(parts, () => _loop.Post(() => _health?.LookNow()));
        }

        _serving = true;
    }

    /// <summary>
    /// Who knows names outside the mesh. The resolver that the host's file names may be one that capture leads to our own DNS; a proxy's sockets pass by, and then nobody
    /// is there.
    /// </summary>
    private ResolverFiles Names() => _settings.UpstreamDns is { } server ? ResolverFiles.ReadFor(server) : ResolverFiles.Read();

    private void StartLink(SpiffeId id)
    {
        _server = new ControlPlaneServer(
            _loop, _sockets, _settings.Control, () => _identity.Svid.Client, WellKnownIdentities.ControlPlane(id.TrustDomain).ToString());
        Node node = new() { Id = _settings.WorkloadName, Cluster = _settings.ServiceName, UserAgentName = "weft-proxy", UserAgentVersion = MeshHost.Version };
        _link = new ControlPlaneLink(_loop, _server, _config, new DeltaStream(_loop, _config, node), _session) { Turned = OnLinkTurned };
        Watch(_link.RunAsync());
        Watch(_identity.RunAsync(_server));
    }

    /// <summary>Reads the loops' records. Before the loop runs, on it, and after it has ended.</summary>
    public FlowHub Flows => _flows;

    /// <summary>The workload's label "version".</summary>
    private string OwnVersion => _settings.Labels.GetValueOrDefault("version") ?? "";

    private DnsForwarder? OpenForwarder()
    {
        if (_settings.UpstreamDns is not { } resolver)
        {
            return null;
        }

        DnsForwarder? forwarder = null;
        NetAddress any = resolver.Family == NetFamily.V4 ? NetAddress.V4(0, 0) : NetAddress.V6(0, 0);
        _dnsUpstream = DatagramSocket.Bind(_loop, _sockets, any, (packet, from) => forwarder!.Receive(packet, from));
        _dnsUpstream.Receive();
        forwarder = new DnsForwarder(_loop, _dnsUpstream, resolver);
        return forwarder;
    }

    private IHealthProbe MakeProbe()
    {
        ServedPort port = _settings.Ports[0];
        UpstreamSettings where = new() { Address = port.Target, Other = port.Other, Protocol = UpstreamProtocols.Of(port.Protocol) };
        ProbeTarget target = ProbeTarget.Of(_loop, _sockets, resolver: null, where, HealthCheck.TimeoutMs);
        return _settings.HealthCheck switch
        {
            HealthCheckKind.Http => new HttpProbe(target, _settings.HealthPath),
            HealthCheckKind.Grpc => new GrpcProbe(target, _settings.HealthPath),
            _ => new TcpProbe(target),
        };
    }

    private void OnConfigChanged()
    {
        if (_identity.Identity is { } identity && _mesh.Value.TryGetTrustBundle(identity.Id.TrustDomain, out TrustBundleView? bundle))
        {
            _identity.TrustRoots(bundle.Roots);
        }

        _checks.Follow();
        _flows.Follow(_mesh.Value.Telemetry);
        _saver.Touch();
        TellReady();
    }

    private void OnLinkTurned()
    {
        _confirmedAt = _clock.GetUtcNow();
        _saver.Touch();
        if (_link?.IsConnected == true)
        {
            _host.Settled();
        }

        if (_draining)
        {
            _session.TellDraining();
        }
    }

    private void SetQuestionTimer()
    {
        if (!_questionTimer.IsSet && _config.NextDeadlineMs is { } deadline)
        {
            _questionTimer.Set(Math.Max(0, deadline - _loop.NowMs));
        }
    }

    private void ExpireQuestions()
    {
        _config.ExpireQuestions(_loop.NowMs);
        SetQuestionTimer();
    }

    private void Sweep()
    {
        foreach (FoldedSeries series in _fold.Fold())
        {
            if (series.Active > 0)
            {
                // A stream that has been open for long is use, too.
                _config.TouchService(series.Edge.Backend.Length > 0 ? series.Edge.Backend : series.Edge.Destination, _loop.NowMs);
                _config.TouchService(series.Edge.Destination, _loop.NowMs);
            }
        }

        _config.DropUnused(_loop.NowMs);
        _sweepTimer.Set(SweepMs);
    }

    private void TellReady()
    {
        if (!_toldReady && ((IAdminFacts)this).NotReady is null)
        {
            _toldReady = true;
            _host.Ready(ReadyLine);
        }
    }

    /// <summary>A part of the control thread that falls over takes the proxy with it: half a control thread would look alive and not be.</summary>
    private async void Watch(Task part)
    {
        try
        {
            await part;
        }
        catch (Exception fault)
        {
            MeshBug.Report($"the control thread failed: {fault}");
            _host.Fail(ExitCodes.Internal, $"the control thread failed: {fault.Message}");
        }
    }
}
