using System.Globalization;
using System.Reflection;
using Weft.Proxy.Admin;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Relaying;

/// <summary>What the admin pages of a relay show.</summary>
internal sealed class RelayFacts(RelaySettings settings, IReadOnlyList<RelayWorker> workers, TimeProvider clock, Action drain) : IAdminFacts
{
    private readonly MetricsPage _metrics = new(new MetersFold([.. workers.Select(worker => worker.Meters)]));
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();

    public string? NotReady => IsDraining ? "draining" : null;

    public bool IsDraining { get; private set; }

    public int OpenConnections => workers.Sum(worker => worker.OpenConnections);

    public void BeginDrain()
    {
        IsDraining = true;
        drain();
    }

    /// <summary>A relay belongs to no mesh.</summary>
    public void BeginLeave() => BeginDrain();

    public string Metrics() => _metrics.Render(
        new ControlFigures
        {
            Version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "",
            Ready = !IsDraining,
            Draining = IsDraining,
            StartedAtUnixS = _startedAt.ToUnixTimeMilliseconds() / 1e3,
        },
        ProcessFigures.Read());

    public string Config() => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"listen\":\"{settings.Listen}\",\"to\":[{string.Join(',', settings.To.Select(address => $"\"{address}\""))}],\"workers\":{settings.Workers}}}");

    public string Stats() => StatsDump.Write(
        ProcessFigures.Read(),
        workers.Select((worker, i) => (string.Create(CultureInfo.InvariantCulture, $"worker-{i}"), worker.RentedBytes, worker.OpenConnections)));
}
