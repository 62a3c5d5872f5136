namespace Weft.Proxy.Health;

/// <summary>One way to ask an application whether it is well.</summary>
internal interface IHealthProbe
{
    /// <summary>Asks once, within the time that its target gives. One at a time.</summary>
    /// <returns>Null when it is well, else what was wrong, one line.</returns>
    ValueTask<string?> ProbeAsync();
}
