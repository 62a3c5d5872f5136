using Weft.Contracts.Mesh;
using Weft.Primitives;
using Weft.Primitives.Net;
using Weft.Proxy.Admin;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Flows.AccessLogs;
using Weft.Proxy.Flows.Otlp;
using Weft.Proxy.Health;
using Weft.Proxy.Listening;
using Weft.Proxy.Names;
using Weft.Proxy.Overload;
using Weft.Proxy.Security;
using Weft.Proxy.Supervision;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upgrading;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Relaying;

/// <summary>Composes a relay: TLS contexts, workers with their listeners, admin pages; and takes it down in order.</summary>
internal sealed class RelayHost(RelaySettings settings, Inheritance inheritance, TimeProvider clock) : IProxyProcess
{
    private readonly SocketFactory _sockets = new(mark: 0);
    private readonly List<RelayWorker> _workers = [];
    private AdminListener? _adminListener;
    private RelayFacts? _facts;
    private RelayChecks? _checks;
    private Worker? _control;
    private ProcessPressure? _pressure;
    private int _draining;

    /// <summary>The file of a Unix socket goes with the relay, unless systemd made it.</summary>
    private bool _ownsPath;

    public IReadOnlyList<Meters> Meters => [.. _workers.Select(static worker => worker.Meters)];

    public int OpenConnections => _workers.Sum(static worker => worker.OpenConnections);

    public bool DrainHasBegun => Volatile.Read(ref _draining) == _workers.Count;

    public int Run(TextWriter output)
    {
        ServiceManager manager = ServiceManager.Find(clock);
        using ProcessLife life = new(inheritance, new LifeTimes { DrainMs = settings.DrainMs, DrainDeadlineMs = settings.DrainDeadlineMs, ReadyMs = settings.UpgradeMs }, manager, clock);
        using Worker control = new("control", clock);
        _control = control;
        IOtlpCollector? collector = settings.Flows.Otlp is { } otlp ? OtlpCollectors.Open(otlp, control.Loop, _sockets) : null;
        _checks = settings.Check.IsGiven ? OpenChecks(control.Loop) : null;
        _checks?.Inherit(inheritance.Predecessor?.Fact(Predecessor.UnhealthyFact) ?? "");
        OpenWorkers(OpenListenTls(), OpenUpstreamTls(UpstreamAlpn));
        _facts = new RelayFacts(settings, _workers, life, clock) { Checks = _checks };
        OpenAdmin(control, _facts);
        using AccessLog? log = settings.Flows.Open(new Current<FlowSettings>(settings.Flows.Settings));
        FlowHub? hub = _facts.Flows = OpenFlows(control, life, log, collector);
        inheritance.CloseUnasked();
        _workers.ForEach(static worker => worker.Start());
        control.Loop.Post(new Watchdog(control.Loop, [.. _workers.Select(static worker => worker.Loop)], manager).Start);
        control.Loop.Post(new MemoryTrimmer(control.Loop, [.. _workers.Select(static worker => worker.Loop), control.Loop], _pressure!).Start);
        if (_checks is { } checks)
        {
            control.Loop.Post(checks.Start);
        }

        control.Start();
        life.TellReady($"weft-proxy relay ready listen={settings.Listen} to={string.Join(',', settings.To)} workers={settings.Workers} pid={Environment.ProcessId}");
        int exitCode = life.Run(this, output);
        _workers.ForEach(static worker => worker.Stop());
        control.Stop();
        hub?.Pump();
        if (!life.HasSuccessor && _ownsPath && settings.Listen.Path is { } path)
        {
            File.Delete(path);
        }

        return exitCode;
    }

    IEnumerable<(string Name, long Number)> IProxyProcess.Figures() => [(FigureNames.Bugs, MeshBug.Count), (FigureNames.CpuUs, ProcessFigures.ReadUsage().CpuUs)];

    IReadOnlyDictionary<string, string> IProxyProcess.Facts()
    {
        Dictionary<string, string> facts = [];
        if (_ownsPath)
        {
            facts.Add(Predecessor.OwnsPathFact, "yes");
        }

        if (_checks?.UnhealthyPlaces is { Length: > 0 } unhealthy)
        {
            facts.Add(Predecessor.UnhealthyFact, unhealthy);
        }

        return facts;
    }

    void IProxyProcess.TakeOver(ProcessLife life)
    {
        if (_adminListener is { } admin)
        {
            _control!.Loop.Post(admin.Serve);
        }

        life.TellSettled();
    }

    void IProxyProcess.SaveState()
    {
        // A relay knows nothing but its options.
    }

    void IProxyProcess.StopAccepting()
    {
        using CountdownEvent closed = new(_workers.Count + 1);
        _workers.ForEach(worker => worker.StopAccepting(() => closed.Signal()));
        _control!.Loop.Post(() =>
        {
            _adminListener?.Close();
            _checks?.Stop();
            closed.Signal();
        });
        closed.Wait();
    }

    void IProxyProcess.BeginDrain(bool hasSuccessor)
    {
        _facts!.ShowDraining();
        _workers.ForEach(worker => worker.BeginDrain(() => Interlocked.Increment(ref _draining)));
    }

    /// <summary>Begins to read the workers' records, if somebody wants them.</summary>
    private FlowHub? OpenFlows(Worker control, ProcessLife life, AccessLog? log, IOtlpCollector? collector)
    {
        if (log is null && collector is null)
        {
            return null;
        }

        FlowHub hub = new(control.Loop, new Current<FlowSettings>(settings.Flows.Settings), [.. _workers.Select(static worker => worker.Flows)]);
        if (log is not null)
        {
            hub.Add(log);
            life.OnHangUp(log.Reopen);
        }

        if (collector is not null)
        {
            MetersFold fold = new([.. _workers.Select(static worker => worker.Meters)], () => life.Ancestors.Meters);
            hub.Add(new OtlpExporter(control.Loop, collector, fold, clock, default, "weft-relay", MeshHost.Version, settings.Flows.Otlp!.IsDelta, hub.Exemplars));
        }

        control.Loop.Post(hub.Start);
        return hub;
    }

    private TlsContext? OpenListenTls() => settings.ListenCert is null ? null : MakeContext("--listen-cert", new TlsSettings
    {
        IsServer = true,
        ChainPem = ReadFile("--listen-cert", settings.ListenCert),
        KeyPem = ReadFile("--listen-key", settings.ListenKey!),
        TrustPem = settings.ListenTrust is null ? null : ReadFile("--listen-trust", settings.ListenTrust),
        OnlyTls13 = false,
        Alpn = settings.ListenProtocol switch
        {
            ListenProtocol.Http1 => ["http/1.1"],
            ListenProtocol.Http2 => ["h2"],
            ListenProtocol.Opaque => [],
            _ => ["h2", "http/1.1"],
        },
    });

    private string[] UpstreamAlpn => settings.ToProtocol switch
    {
        UpstreamProtocol.Http1 => ["http/1.1"],
        UpstreamProtocol.Http2 => ["h2"],
        UpstreamProtocol.Opaque => [],
        _ => ["h2", "http/1.1"],
    };

    private TlsContext? OpenUpstreamTls(string[] alpn) => settings.ToTrust is null ? null : MakeContext("--to-trust", new TlsSettings
    {
        IsServer = false,
        ChainPem = settings.ToCert is null ? null : ReadFile("--to-cert", settings.ToCert),
        KeyPem = settings.ToKey is null ? null : ReadFile("--to-key", settings.ToKey),
        TrustPem = ReadFile("--to-trust", settings.ToTrust),
        OnlyTls13 = false,
        Alpn = alpn,
    });

    /// <summary>Checks go as requests do, under TLS where those do; only what is spoken is up to the check.</summary>
    private RelayChecks OpenChecks(EventLoop loop)
    {
        TlsContext? tls = OpenUpstreamTls(settings.Check.Rule.Kind switch
        {
            CheckKind.Http when settings.ToProtocol == UpstreamProtocol.Opaque => ["h2", "http/1.1"],
            CheckKind.Grpc => ["h2"],
            _ => UpstreamAlpn,
        });
        Resolver resolver = new(loop, new ResolverNetwork(loop, _sockets), ResolverFiles.Read);
        return new RelayChecks(loop, settings, place => RelayWorker.UpstreamOf(settings, place, tls), place => Probes.Of(loop, _sockets, resolver, place));
    }

    private static TlsContext MakeContext(string option, TlsSettings tls)
    {
        try
        {
            return new TlsContext(tls);
        }
        catch (TlsConfigurationException wrong)
        {
            throw new UsageException($"{option}: {wrong.Message}", ExitCodes.BadInput);
        }
    }

    private static string ReadFile(string option, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{option}: {path} cannot be read: {wrong.Message}", ExitCodes.BadInput);
        }
    }

    private void OpenWorkers(TlsContext? listenTls, TlsContext? toTls)
    {
        _ownsPath = !inheritance.Sockets.Has(settings.Listen) || inheritance.Predecessor?.Fact(Predecessor.OwnsPathFact) is not null;
        if (settings.Listen.Path is { } path && !inheritance.Sockets.Has(settings.Listen))
        {
            SocketFile.RemoveStale(path);
        }

        long available = ProcessFigures.Read().MaxFds;
        int connections = ConnectionBudget.Connections(available);
        ProcessPressure pressure = _pressure = new(available, MemoryLimit.Of(settings.MemoryLimitMb * 1024 * 1024));
        int[][] descriptors = WorkerSockets.Open(_sockets, inheritance.Sockets, settings.Listen, settings.Workers, out string? fault)
            ?? throw new UsageException($"--listen {settings.Listen}: {fault}; is the port taken, or the address not of this host?", ExitCodes.Unavailable);
        ListenerGroup group = new(settings.Workers);
        for (int i = 0; i < settings.Workers; i++)
        {
            _workers.Add(new RelayWorker(i, descriptors[i], group, settings, _sockets, Math.Max(1, connections / settings.Workers), pressure, clock, listenTls, toTls, _checks));
        }
    }

    /// <summary>The admin pages have a thread of their own, so that they answer however busy the workers are.</summary>
    private void OpenAdmin(Worker control, RelayFacts facts)
    {
        if (settings.Metrics.Family == NetFamily.None)
        {
            return;
        }

        try
        {
            _adminListener = new AdminListener(control.Loop, _sockets, inheritance.Sockets, settings.Metrics, new AdminPages(facts));
        }
        catch (IOException taken)
        {
            throw new UsageException($"--metrics {taken.Message}; is the port taken, or the address not of this host?", ExitCodes.Unavailable);
        }
    }
}
