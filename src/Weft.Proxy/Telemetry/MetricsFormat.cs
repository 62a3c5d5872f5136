namespace Weft.Proxy.Telemetry;

/// <summary>How the page of metrics is written.</summary>
internal enum MetricsFormat
{
    /// <summary>Prometheus' text format 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0, the only one of the two that has exemplars.</summary>
    OpenMetrics,
}
