using Weft.Contracts.Mesh;

namespace Weft.Routing.Snapshot;

/// <summary>How the endpoints of a service that have no proxy of their own are checked by who calls them.</summary>
public sealed record HealthCheckRule
{
    public const int DefaultIntervalMs = 5_000;

    public const int DefaultTimeoutMs = 1_000;

    public const int LeastIntervalMs = 100;

    public const int MostIntervalMs = 3_600_000;

    public const int MostTimeoutMs = 60_000;

    public const int ThresholdMax = 100;

    /// <summary>Statuses of an endpoint that is well, unless something else is said.</summary>
    public static (int First, int Last) UsualStatuses { get; } = (200, 399);

    public CheckKind Kind { get; init; }

    /// <summary>A port of the service, or any other of the endpoint; 0: the first of the service.</summary>
    public int Port { get; init; }

    /// <summary>HTTP: what is asked for.</summary>
    public string Path { get; init; } = "/";

    /// <summary>HTTP: the name of the host in the request; empty: where the endpoint is.</summary>
    public string Host { get; init; } = "";

    /// <summary>HTTP: statuses of an endpoint that is well, each pair with both its ends.</summary>
    public IReadOnlyList<(int First, int Last)> Statuses { get; init; } = [UsualStatuses];

    /// <summary>gRPC: the service that is asked about; empty: the server as a whole.</summary>
    public string GrpcService { get; init; } = "";

    /// <summary>From the end of one check to the next.</summary>
    public int IntervalMs { get; init; } = DefaultIntervalMs;

    /// <summary>For name, connection, handshake and answer together.</summary>
    public int TimeoutMs { get; init; } = DefaultTimeoutMs;

    /// <summary>Failures in a row that make a healthy endpoint unhealthy.</summary>
    public int UnhealthyThreshold { get; init; } = 2;

    /// <summary>Successes in a row that make an unhealthy endpoint healthy.</summary>
    public int HealthyThreshold { get; init; } = 1;

    /// <summary>When a smaller share of the endpoints is healthy, all are used; 0: unhealthy ones never are.</summary>
    public int MinHealthyPercent { get; init; } = EndpointSet.UsualMinHealthyPercent;
}
