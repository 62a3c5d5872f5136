namespace Weft.Contracts.Flow;

/// <summary>What filters over aggregates (a service or an edge in a window of time) may ask for.</summary>
public enum AggregateKey
{
    /// <summary>Requests per second.</summary>
    Rps,

    /// <summary>Share of failures, 0..1.</summary>
    Error,

    /// <summary>Share of successes, 0..1.</summary>
    Success,

    /// <summary>Median latency in microseconds; not a number when nothing was counted.</summary>
    P50,

    P95,

    P99,

    /// <summary>Share under mutual TLS, 0..1. Named alone it means all of it.</summary>
    MutualTls,

    Source,

    Destination,

    Namespace,

    Protocol,

    /// <summary>First seen within the last day: 0 or 1.</summary>
    New,
}
