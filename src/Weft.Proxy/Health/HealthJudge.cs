namespace Weft.Proxy.Health;

/// <summary>
/// Turns single checks into a verdict. The first check decides alone; then so many failures in a row make what was healthy unhealthy, and so many
/// successes in a row make it healthy again. Before the first check the verdict is unhealthy and not known. Pure.
/// </summary>
internal sealed class HealthJudge(int unhealthyThreshold = HealthJudge.UsualUnhealthyThreshold, int healthyThreshold = HealthJudge.UsualHealthyThreshold)
{
    public const int UsualUnhealthyThreshold = 2;

    public const int UsualHealthyThreshold = 1;

    private int _failures;
    private int _successes;

    public HealthVerdict Verdict { get; private set; } = new(false, "not checked yet");

    /// <summary>Whether there has been a check.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Takes the result of one check.</summary>
    /// <param name="fault">What was wrong; null for a success.</param>
    /// <returns>True when the verdict has turned.</returns>
    public bool Take(string? fault)
    {
        bool before = Verdict.IsHealthy;
        if (fault is null)
        {
            _failures = 0;
            _successes = Math.Min(_successes + 1, healthyThreshold);
            bool isHealthy = before || !IsKnown || _successes >= healthyThreshold;
            Verdict = new HealthVerdict(isHealthy, isHealthy ? "" : Verdict.Detail);
        }
        else
        {
            _successes = 0;
            _failures = Math.Min(_failures + 1, unhealthyThreshold);
            Verdict = new HealthVerdict(before && _failures < unhealthyThreshold, fault);
        }

        IsKnown = true;
        return Verdict.IsHealthy != before;
    }

    /// <summary>The same verdict under other thresholds.</summary>
    public HealthJudge With(int unhealthy, int healthy) => new(unhealthy, healthy) { Verdict = Verdict, IsKnown = IsKnown };
}
