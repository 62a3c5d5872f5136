using Weft.Contracts.Api;

namespace Weft.ControlPlane.Otlp;

/// <summary>What the API shows of what applications and collectors sent, besides their spans.</summary>
public interface IOtlpView
{
    /// <summary>Log records, newest first; null for every service or trace.</summary>
    LogList GetLogs(string? service, string? trace, int limit);

    /// <summary>The newest values, in order of service and name; null for every one.</summary>
    MetricList GetMetrics(string? service, string? name, int limit);
}
