using Weft.Proxy.Engine;

namespace Weft.Proxy.Health;

/// <summary>One endpoint under check: how it is asked, what was found, and when the next check is due.</summary>
internal sealed class EndpointCheck(CheckedPlace place, IHealthProbe probe, HealthJudge judge)
{
    public CheckedPlace Place { get; set; } = place;

    public IHealthProbe Probe { get; set; } = probe;

    public HealthJudge Judge { get; set; } = judge;

    /// <summary>Set once, by who makes it.</summary>
    public LoopTimer Timer { get; set; } = null!;

    /// <summary>When its health became what it is, on the loop's clock.</summary>
    public long TurnedMs { get; set; }

    /// <summary>Whether a check is under way, or waits for room.</summary>
    public bool IsBusy { get; set; }

    public bool IsStopped { get; set; }

    /// <summary>What the last checks found, for people.</summary>
    public string Finding => Judge.Verdict.IsHealthy ? "passed" : Judge.Verdict.Detail;

    /// <summary>Unknown before the first check: such an endpoint is used.</summary>
    public Contracts.Mesh.Health Health => !Judge.IsKnown ? Contracts.Mesh.Health.Unknown
        : Judge.Verdict.IsHealthy ? Contracts.Mesh.Health.Healthy
        : Contracts.Mesh.Health.Unhealthy;
}
