using Weft.Contracts.Session;

namespace Weft.Proxy.Telemetry;

/// <summary>What tells histograms of latencies apart on the scrape page: no identities, templates and reasons, for a histogram has some forty samples.</summary>
internal readonly record struct DurationKey(
    Direction Direction, string Source, string Destination, string Backend, string Route, ExchangeProtocol Protocol, bool Success)
{
    public static DurationKey Of(in EdgeKey edge, bool success)
        => new(edge.Direction, edge.Source, edge.Destination, edge.Backend, edge.Route, edge.Protocol, success);

    /// <summary>Labels, with room for the bound of a bucket at the end.</summary>
    public Label[] LabelsAndOne() =>
    [
        new(MetricLabels.Direction, SeriesNames.Of(Direction)),
        new(MetricLabels.Source, Source),
        new(MetricLabels.Destination, Destination),
        new(MetricLabels.Backend, Backend),
        new(MetricLabels.Route, Route),
        new(MetricLabels.Protocol, SeriesNames.Of(Protocol)),
        new(MetricLabels.Success, Success ? MetricLabels.True : MetricLabels.False),
        default,
    ];
}
