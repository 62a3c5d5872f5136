namespace Weft.Contracts.Session;

/// <summary>Names of the metrics of a proxy's scrape page that somebody else computes with: the proxy writes them, the control plane asks a Prometheus for them.
/// The unit is the end of the name; what has none counts.</summary>
public static class MetricNames
{
    /// <summary>Counter: exchanges that ended.</summary>
    public const string Requests = "weft_requests_total";

    /// <summary>Histogram in seconds with the bounds of <see cref="LatencyBuckets"/>; its samples have the suffixes "_bucket", "_sum" and "_count".</summary>
    public const string Latency = "weft_response_latency_seconds";

    /// <summary>Counter: body bytes towards the destination.</summary>
    public const string SentBytes = "weft_sent_bytes_total";

    /// <summary>Counter: body bytes from the destination.</summary>
    public const string ReceivedBytes = "weft_received_bytes_total";

    /// <summary>Counter of seconds by part of an exchange's time.</summary>
    public const string PartSeconds = "weft_time_part_seconds_total";

    /// <summary>Counter: exchanges in which a part was measured.</summary>
    public const string PartMeasured = "weft_time_part_measured_total";

    /// <summary>Counter: attempts beyond the first.</summary>
    public const string Retries = "weft_retries_total";

    /// <summary>Always 1, on every page; whoever has it was scraped.</summary>
    public const string Build = "weft_build_info";

    /// <summary>Always 1: the workload beside the proxy, in labels.</summary>
    public const string Workload = "weft_workload_info";

    /// <summary>Seconds of Unix time at which the proxy started.</summary>
    public const string Started = "process_start_time_seconds";
}
