using Weft.Contracts.Session;

namespace Weft.Proxy.Telemetry;

/// <summary>What tells sums of bytes and retries apart on the scrape page: the edge and the way over it, without identities and endings.</summary>
internal readonly record struct RouteKey(
    Direction Direction, string Source, string Destination, string Backend, string Route, string Template, ExchangeProtocol Protocol)
{
    public static RouteKey Of(FoldedSeries series)
    {
        EdgeKey edge = series.Edge;
        return new RouteKey(edge.Direction, edge.Source, edge.Destination, edge.Backend, edge.Route, edge.Template, edge.Protocol);
    }

    public Label[] Labels() =>
    [
        new(MetricLabels.Direction, SeriesNames.Of(Direction)),
        new(MetricLabels.Source, Source),
        new(MetricLabels.Destination, Destination),
        new(MetricLabels.Backend, Backend),
        new(MetricLabels.Route, Route),
        new(MetricLabels.Template, Template),
        new(MetricLabels.Protocol, SeriesNames.Of(Protocol)),
    ];
}
