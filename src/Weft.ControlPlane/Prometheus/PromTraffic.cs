using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Prometheus;

/// <summary>Which traffic a question is about.</summary>
/// <param name="Family">What is told apart.</param>
/// <param name="Side">Whose proxies counted.</param>
/// <param name="Choice">Only these.</param>
internal readonly record struct PromTraffic(SeriesFamily Family, Side Side, SeriesChoice Choice)
{
    /// <summary>Whether the workload that served is told apart, which only its own proxy's page knows.</summary>
    internal bool ByWorkload => Family == SeriesFamily.Workload;
}
