using System.Globalization;
using System.Reflection;
using Weft.Proxy.Admin;
using Weft.Proxy.Flows;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upgrading;

namespace Weft.Proxy.Relaying;

/// <summary>What the admin pages of a relay show.</summary>
internal sealed class RelayFacts(RelaySettings settings, IReadOnlyList<RelayWorker> workers, ProcessLife life, TimeProvider clock) : IAdminFacts
{
    private readonly MetersFold _fold = new([.. workers.Select(static worker => worker.Meters)], () => life.Ancestors.Meters);
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private volatile bool _draining;

    /// <summary>What is known of the upstreams; null where they are not checked.</summary>
    public RelayChecks? Checks { get; init; }

    /// <summary>Where records go; null where nobody wants them.</summary>
    public FlowHub? Flows { get; set; }

    public string? NotReady => IsDraining ? "draining" : null;

    public bool IsDraining => _draining;

    public int OpenConnections => (int)_fold.OpenConnections;

    public UpgradeStatus Upgrade => life.Upgrade;

    public void BeginUpgrade() => life.AskUpgrade();

    /// <summary>Says so on the pages. Any thread.</summary>
    public void ShowDraining() => _draining = true;

    public void BeginDrain()
    {
        ShowDraining();
        life.AskStop();
    }

    /// <summary>A relay belongs to no mesh.</summary>
    public void BeginLeave() => BeginDrain();

    public string Metrics(MetricsFormat format) => new MetricsPage(_fold, settings.Flows.Compat).Render(
        format,
        new ControlFigures
        {
            Version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "",
            Ready = !IsDraining,
            Draining = IsDraining,
            StartedAtUnixS = _startedAt.ToUnixTimeMilliseconds() / 1e3,
            Sinks = Flows?.Drops,
            Checks = Checks?.Figures,
            Load = workers.Max(static worker => worker.Load),
            Bugs = MeshBug.Count + life.Ancestors.Figure(FigureNames.Bugs),
        },
        ProcessFigures.Read().WithCpuOf(life.Ancestors.Figure(FigureNames.CpuUs)),
        Flows?.Exemplars() ?? []);

    public string Config() => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"listen\":\"{settings.Listen}\",\"to\":[{string.Join(',', settings.To.Select(to => $"\"{to}\""))}],\"to_sni\":[{string.Join(',', settings.ToSni.Select(to => $"\"{to.Name}={to.Place}\""))}],\"workers\":{settings.Workers}{(Checks is null ? "" : ",\"checks\":" + Checks.Describe())}}}");

    public string Stats() => StatsDump.Write(
        ProcessFigures.Read(),
        workers.Select((worker, i) => (string.Create(CultureInfo.InvariantCulture, $"worker-{i}"), worker.RentedBytes, worker.OpenConnections)),
        workers.Max(static worker => worker.Load));
}
