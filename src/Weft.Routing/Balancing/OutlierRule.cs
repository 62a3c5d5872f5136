namespace Weft.Routing.Balancing;

/// <summary>Whether and for how long an endpoint is ejected; nothing but arithmetic.</summary>
public static class OutlierRule
{
    public const int MaxEjectionMs = 300_000;

    /// <summary>Whether one more endpoint is ejected now.</summary>
    /// <param name="settings">The service's settings.</param>
    /// <param name="consecutiveFailures">Failures in a row of the endpoint.</param>
    /// <param name="alreadyEjected">Endpoints of the service that are ejected at this moment.</param>
    /// <param name="total">Endpoints of the service.</param>
    public static bool ShouldEject(in OutlierSettings settings, int consecutiveFailures, int alreadyEjected, int total)
        => consecutiveFailures >= settings.ConsecutiveFailures && alreadyEjected < (long)total * settings.MaxEjectedPercent / 100;

    /// <summary>How long an ejection lasts, in microseconds.</summary>
    /// <param name="settings">The service's settings.</param>
    /// <param name="ejectionsInRow">Ejections before this one without a success in between.</param>
    public static long EjectionUs(in OutlierSettings settings, int ejectionsInRow)
        => Math.Min((long)settings.EjectionMs << Math.Clamp(ejectionsInRow, 0, 20), MaxEjectionMs) * 1_000;
}
