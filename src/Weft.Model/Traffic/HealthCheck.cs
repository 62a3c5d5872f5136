namespace Weft.Model.Traffic;

/// <summary>How each calling proxy checks those endpoints of a service that have no proxy of their own. Null: the proxy's default.</summary>
public sealed record HealthCheck
{
    public required HealthCheckKind Kind { get; init; }

    /// <summary>For HTTP: what is asked for. Null: "/".</summary>
    public string? Path { get; init; }

    /// <summary>For HTTP: the name of the host in the request. Null: where the endpoint is.</summary>
    public string? Host { get; init; }

    /// <summary>For HTTP: statuses of an endpoint that is well. Empty: 200 to 399.</summary>
    public IReadOnlyList<StatusRange> ExpectedStatuses { get; init; } = [];

    /// <summary>For gRPC: the service that is asked about. Null: the server as a whole.</summary>
    public string? GrpcService { get; init; }

    /// <summary>A port of the service, or any other of the endpoint. Null: the first one of the service.</summary>
    public int? Port { get; init; }

    public TimeSpan? Interval { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>Failures in a row that make a healthy endpoint unhealthy.</summary>
    public int? UnhealthyThreshold { get; init; }

    /// <summary>Successes in a row that make an unhealthy endpoint healthy.</summary>
    public int? HealthyThreshold { get; init; }

    /// <summary>When a smaller share of the endpoints is healthy, all are used; 0: unhealthy ones never are.</summary>
    public int? MinHealthyPercent { get; init; }
}
