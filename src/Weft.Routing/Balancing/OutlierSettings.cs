namespace Weft.Routing.Balancing;

/// <summary>When an endpoint that keeps failing is left alone for a while.</summary>
/// <param name="ConsecutiveFailures">Failures in a row that eject; at least 1.</param>
/// <param name="EjectionMs">How long the first ejection lasts; doubled for each in a row, at most <see cref="OutlierRule.MaxEjectionMs"/>.</param>
/// <param name="MaxEjectedPercent">Share of the endpoints that may be ejected at once, 0..100.</param>
public readonly record struct OutlierSettings(int ConsecutiveFailures, int EjectionMs, int MaxEjectedPercent)
{
    public static OutlierSettings Default { get; } = new(5, 10_000, 50);
}
