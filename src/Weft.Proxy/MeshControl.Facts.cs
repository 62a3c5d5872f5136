using System.Globalization;
using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.Proxy.Admin;
using Weft.Proxy.Health;
using Weft.Proxy.Session;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upgrading;

namespace Weft.Proxy;

/// <content>What the control thread tells: admin pages and the session.</content>
internal sealed partial class MeshControl : IAdminFacts, ISessionFacts
{
    /// <summary>The kernel's table of connections is read no more often than this, and so that it takes less than a hundredth of the time.</summary>
    private const int BypassEveryMs = 5_000;

    private const int BypassShare = 100;

    private readonly MetersFold _fold;
    private readonly MetricsPage _metrics;
    private readonly TrafficReporter _reporter;
    private readonly DateTimeOffset _startedAt;
    private DateTimeOffset? _confirmedAt;
    private List<BypassedConnection> _bypassed = [];
    private long _bypassNextMs;

    bool IAdminFacts.IsDraining => _draining;

    int IAdminFacts.OpenConnections => OpenConnections;

    UpgradeStatus IAdminFacts.Upgrade => _host.Upgrade;

    /// <summary>Counters go on under the epoch of the process that this one took over from, and with its sums.</summary>
    public string Epoch { get; }

    string? IAdminFacts.NotReady =>
        _draining ? "draining"
        : _identity.Identity is not { } identity ? "waiting for an identity from the control plane"
        : identity.NotAfter <= _clock.GetUtcNow() ? "the certificate has expired"
        : _mesh.Value.Policy is null ? "waiting for the workload's policy from the control plane"
        : !_serving ? "the listeners are not open"
        : null;

    /// <summary>Of this process and those before it that still drain.</summary>
    private int OpenConnections => (int)_fold.OpenConnections;

    /// <summary>When the control plane last confirmed what we run.</summary>
    private DateTimeOffset ConfirmedAt => _link?.IsConnected == true ? _clock.GetUtcNow() : _confirmedAt ?? _startedAt;

    private double? AgeS => _link?.IsConnected == true ? 0 : (_clock.GetUtcNow() - _confirmedAt)?.TotalSeconds;

    void IAdminFacts.BeginDrain() => BeginDrain();

    void IAdminFacts.BeginLeave() => BeginLeave();

    void IAdminFacts.BeginUpgrade() => _host.AskUpgrade();

    /// <summary>What only the control thread counts, by name. Any thread.</summary>
    public IEnumerable<(string Name, long Number)> Figures() =>
    [
        (FigureNames.Bugs, MeshBug.Count),
        (FigureNames.CpuUs, ProcessFigures.ReadUsage().CpuUs),
        (FigureNames.DnsQueries, _dns?.Queries ?? 0),
        (FigureNames.DnsFailures, _dns?.Failures ?? 0),
        (FigureNames.ConfigRefusals, _config.Refused),
    ];

    string IAdminFacts.Config()
    {
        _checks.PublishNow();
        return ConfigDump.Write(_settings, _identity.Identity, _config, _checks, _flows.Settings, _link?.IsConnected == true, AgeS);
    }

    string IAdminFacts.Stats() => StatsDump.Write(
        ProcessFigures.Read(),
        [
            ("control", _loop.Pool.RentedBytes, 0),
            .. _dataLoops.Select(static (l, i) => (string.Create(CultureInfo.InvariantCulture, $"worker-{i}"), l.Loop.Pool.RentedBytes, l.OpenConnections)),
        ],
        _dataLoops.Max(static l => l.Load));

    string IAdminFacts.Metrics(MetricsFormat format)
    {
        _checks.PublishNow();
        return RenderMetrics(format);
    }

    private string RenderMetrics(MetricsFormat format) => _metrics.Render(
        format,
        new ControlFigures
        {
            Version = MeshHost.Version,
            Ready = ((IAdminFacts)this).NotReady is null,
            Draining = _draining,
            Connected = _link?.IsConnected == true,
            CertificateExpiryS = (_identity.Identity?.NotAfter - _clock.GetUtcNow())?.TotalSeconds,
            ConfigCommit = _config.Commit,
            ConfigAgeS = AgeS,
            Subscriptions = _config.Subscriptions.Count,
            ConfigRefusals = _config.Refused + _host.Ancestors.Figure(FigureNames.ConfigRefusals),
            DnsQueries = (_dns?.Queries ?? 0) + _host.Ancestors.Figure(FigureNames.DnsQueries),
            DnsFailures = (_dns?.Failures ?? 0) + _host.Ancestors.Figure(FigureNames.DnsFailures),
            Sinks = _flows.Drops,
            Checks = _checks.Figures,
            Load = _dataLoops.Max(static l => l.Load),
            Bugs = MeshBug.Count + _host.Ancestors.Figure(FigureNames.Bugs),
            StartedAtUnixS = _startedAt.ToUnixTimeMilliseconds() / 1e3,
        },
        ProcessFigures.Read().WithCpuOf(_host.Ancestors.Figure(FigureNames.CpuUs)),
        _flows.Exemplars());

    Hello ISessionFacts.Hello()
    {
        Hello hello = new()
        {
            Workload = _settings.WorkloadName,
            Service = _settings.ServiceName,
            Address = _settings.Address.HostText,
            TunnelPort = _settings.Tunnel.Port,
            Zone = _settings.Zone,
            ProxyVersion = MeshHost.Version,
            Epoch = Epoch,
            StateCommit = _config.Commit,
            Capture = _settings.Transparent ? "transparent" : "explicit",
            Pid = (uint)Environment.ProcessId,
            Host = Environment.MachineName,
        };
        foreach (ServedPort port in _settings.Ports)
        {
            hello.Ports.Add(new WorkloadPort
            {
                Port = port.Port,
                TargetPort = port.TargetPort,
                Protocol = Spell(port.Protocol),
                HealthPath = _settings.HealthCheck == HealthCheckKind.Http ? _settings.HealthPath : "",
            });
        }

        foreach ((string key, string value) in _settings.Labels)
        {
            hello.Labels[key] = value;
        }

        return hello;
    }

    HealthReport ISessionFacts.Health()
    {
        // A workload without ports serves nobody: it is well while its proxy is.
        HealthVerdict verdict = _health?.Verdict ?? new HealthVerdict(true, "");
        return new HealthReport { Healthy = verdict.IsHealthy, Detail = verdict.Detail };
    }

    CheckReport? ISessionFacts.Checks() => _checks.Report();

    TrafficReport ISessionFacts.Traffic()
    {
        if (_settings.Transparent && _loop.NowMs >= _bypassNextMs)
        {
            long startedMs = _loop.NowMs;
            _bypassed = BypassedConnections.Find(_settings);
            long tookMs = (_loop.RefreshClock() / 1000) - startedMs;
            _bypassNextMs = _loop.NowMs + BypassEveryMs + (BypassShare * tookMs);
        }

        return _reporter.Build(ProcessFigures.ReadUsage(), _identity.Identity?.NotAfter, _bypassed);
    }

    void ISessionFacts.SessionStarted()
    {
        _reporter.Restart();
        _checks.SessionStarted();
    }

    private static string Spell(Protocol protocol) => protocol switch
    {
        Protocol.Http1 => "http1",
        Protocol.Http2 => "http2",
        Protocol.Grpc => "grpc",
        Protocol.Tcp => "tcp",
        Protocol.HttpProxy => "http-proxy",
        _ => "",
    };
}
