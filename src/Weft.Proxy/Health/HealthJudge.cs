namespace Weft.Proxy.Health;

/// <summary>
/// Turns single checks into a verdict: an application is unhealthy until its first success; two failures in a row make it
/// unhealthy again, one success makes it healthy. Pure.
/// </summary>
internal sealed class HealthJudge
{
    public const int FailuresToUnhealthy = 2;

    private int _failures;

    public HealthVerdict Verdict { get; private set; } = new(false, "not checked yet");

    /// <summary>Takes the result of one check.</summary>
    /// <param name="fault">What was wrong; null for a success.</param>
    /// <returns>True when the verdict has turned.</returns>
    public bool Take(string? fault)
    {
        bool before = Verdict.IsHealthy;
        if (fault is null)
        {
            _failures = 0;
            Verdict = new HealthVerdict(true, "");
        }
        else
        {
            _failures = Math.Min(_failures + 1, FailuresToUnhealthy);
            Verdict = new HealthVerdict(before && _failures < FailuresToUnhealthy, fault);
        }

        return Verdict.IsHealthy != before;
    }
}
