using Weft.Contracts.Session;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Prometheus;

/// <summary>By which labels the figures of a family are summed, and which series of the server's own store a set of their values is. Pure.</summary>
internal static class PromLabels
{
    private static readonly string[] s_none = [];
    private static readonly string[] s_service = [MetricLabels.Destination];
    private static readonly string[] s_edge = [MetricLabels.Destination, MetricLabels.Source, MetricLabels.Protocol];
    private static readonly string[] s_workload = [MetricLabels.Destination, MetricLabels.Backend, MetricLabels.Workload, MetricLabels.Version, MetricLabels.Zone];
    private static readonly string[] s_route = [MetricLabels.Destination, MetricLabels.Backend, MetricLabels.Route, MetricLabels.Template];

    /// <summary>Labels of counts, bytes and retries.</summary>
    internal static IReadOnlyList<string> Of(SeriesFamily family) => family switch
    {
        SeriesFamily.Service => s_service,
        SeriesFamily.Edge => s_edge,
        SeriesFamily.Workload => s_workload,
        SeriesFamily.Route => s_route,
        _ => s_none,
    };

    /// <summary>Labels of histograms: they do not tell templates apart, since each has some forty samples.</summary>
    internal static IReadOnlyList<string> OfLatency(SeriesFamily family) => family == SeriesFamily.Route ? s_route[..3] : Of(family);

    /// <summary>Labels of timing parts, which do not tell routes or backends apart. Null: the family has none.</summary>
    internal static IReadOnlyList<string>? OfParts(SeriesFamily family) => family switch
    {
        SeriesFamily.Route => null,
        SeriesFamily.Workload => [MetricLabels.Destination, MetricLabels.Workload, MetricLabels.Version, MetricLabels.Zone],
        _ => Of(family),
    };

    /// <param name="family">Of what.</param>
    /// <param name="labels">Which, in the order of <paramref name="values"/>.</param>
    /// <param name="values">Values; empty for labels that a series does not have.</param>
    internal static SeriesKey KeyOf(SeriesFamily family, IReadOnlyList<string> labels, ReadOnlySpan<string> values)
    {
        string destination = "", source = "", protocol = "", backend = "", route = "", template = "", workload = "", version = "", zone = "";
        for (int i = 0; i < labels.Count; i++)
        {
            _ = labels[i] switch
            {
                MetricLabels.Destination => destination = values[i],
                MetricLabels.Source => source = values[i],
                MetricLabels.Protocol => protocol = values[i],
                MetricLabels.Backend => backend = values[i],
                MetricLabels.Route => route = values[i],
                MetricLabels.Template => template = values[i],
                MetricLabels.Workload => workload = values[i],
                MetricLabels.Version => version = values[i],
                MetricLabels.Zone => zone = values[i],
                _ => "",
            };
        }

        return family switch
        {
            SeriesFamily.Service => new SeriesKey(destination),
            SeriesFamily.Edge => new SeriesKey(destination, source.Length == 0 ? SeriesKey.Unmeshed : source, protocol),
            SeriesFamily.Workload => new SeriesKey(workload, backend.Length > 0 ? backend : destination, version, zone),
            SeriesFamily.Route => new SeriesKey(destination, "", route, backend == destination ? "" : backend, template),
            _ => new SeriesKey("mesh"),
        };
    }
}
