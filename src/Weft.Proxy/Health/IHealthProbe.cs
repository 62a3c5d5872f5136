namespace Weft.Proxy.Health;

/// <summary>One way to ask the application whether it is well.</summary>
internal interface IHealthProbe
{
    /// <summary>Asks once, within <see cref="HealthCheck.TimeoutMs"/>.</summary>
    /// <returns>Null when it is well, else what was wrong, one line.</returns>
    ValueTask<string?> ProbeAsync();
}
