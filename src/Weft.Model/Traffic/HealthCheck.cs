namespace Weft.Model.Traffic;

/// <summary>How the proxy beside each workload of the service checks it. Null: the proxy's default.</summary>
public sealed record HealthCheck
{
    public HealthCheckType Type { get; init; }

    /// <summary>Port of the service; null: its first one.</summary>
    public int? Port { get; init; }

    /// <summary>For HTTP, the path to get; for gRPC, the service to ask about.</summary>
    public string? Path { get; init; }

    public TimeSpan? Interval { get; init; }

    public TimeSpan? Timeout { get; init; }

    public int? HealthyThreshold { get; init; }

    public int? UnhealthyThreshold { get; init; }
}
