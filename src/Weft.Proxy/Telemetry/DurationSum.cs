using System.Globalization;
using Weft.Contracts.Session;

namespace Weft.Proxy.Telemetry;

/// <summary>The duration histogram of one edge, as the scrape page shows it.</summary>
/// <param name="values">Values of the labels, in the order of <see cref="Names"/>.</param>
internal sealed class DurationSum(string[] values)
{
    private static readonly string[] Names =
    [
        MetricLabels.Direction, MetricLabels.Source, MetricLabels.Destination, MetricLabels.Backend, MetricLabels.Route, MetricLabels.Protocol, MetricLabels.Success,
    ];

    private readonly long[] _buckets = new long[LatencyBuckets.Count];
    private long _sumUs;

    public void Add(FoldedSeries series)
    {
        _sumUs += series.LatencySumUs;
        for (int i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] += series.Buckets[i];
        }
    }

    public void Write(PrometheusText text, string name)
    {
        Label[] labels = new Label[Names.Length + 1];
        for (int i = 0; i < Names.Length; i++)
        {
            labels[i] = new Label(Names[i], values[i]);
        }

        long below = 0;
        ReadOnlySpan<long> bounds = LatencyBuckets.UpperBoundsUs;
        for (int i = 0; i < _buckets.Length; i++)
        {
            below += _buckets[i];
            labels[^1] = new Label(MetricLabels.UpperBound, i < bounds.Length ? (bounds[i] / 1e6m).ToString("0.######", CultureInfo.InvariantCulture) : "+Inf");
            text.Sample(name + "_bucket", labels, below);
        }

        text.Sample(name + "_sum", labels.AsSpan(..^1), _sumUs / 1e6);
        text.Sample(name + "_count", labels.AsSpan(..^1), below);
    }
}
