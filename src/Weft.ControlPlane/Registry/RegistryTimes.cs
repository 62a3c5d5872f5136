namespace Weft.ControlPlane.Registry;

/// <summary>How long the registry waits for proxies.</summary>
internal sealed record RegistryTimes
{
    /// <summary>For a proxy whose connection ended without a goodbye.</summary>
    internal TimeSpan Lost { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For proxies to come back after the server was restarted.</summary>
    internal TimeSpan Restored { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After this time without contact no certificate can be valid any more, so the workload cannot serve: the last one of a
    /// service goes too.</summary>
    internal TimeSpan Gone { get; init; } = TimeSpan.FromHours(24);
}
