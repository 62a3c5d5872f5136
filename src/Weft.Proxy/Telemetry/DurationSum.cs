using System.Globalization;
using Weft.Contracts.Session;

namespace Weft.Proxy.Telemetry;

/// <summary>The duration histogram of one edge, as the scrape page shows it.</summary>
internal sealed class DurationSum(DurationKey key)
{
    private readonly long[] _buckets = new long[LatencyBuckets.Count];
    private Exemplar?[]? _exemplars;
    private long _sumUs;

    public void Add(FoldedSeries series)
    {
        _sumUs += series.LatencySumUs;
        for (int i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] += series.Buckets[i];
        }
    }

    /// <summary>Names an exchange beside its bucket, if none ended later.</summary>
    public void Offer(in Exemplar exemplar)
    {
        _exemplars ??= new Exemplar?[LatencyBuckets.Count];
        ref Exemplar? place = ref _exemplars[LatencyBuckets.IndexOf(exemplar.LatencyUs)];
        if (place is null || place.Value.EndedUnixUs < exemplar.EndedUnixUs)
        {
            place = exemplar;
        }
    }

    public void Write(PrometheusText text, string name)
    {
        Label[] labels = key.LabelsAndOne();
        long below = 0;
        for (int i = 0; i < _buckets.Length; i++)
        {
            below += _buckets[i];
            labels[^1] = new Label(MetricLabels.UpperBound, BoundOf(i));
            text.Sample(name + "_bucket", labels, below, _exemplars?[i]);
        }

        text.Sample(name + "_sum", labels.AsSpan(..^1), _sumUs / 1e6);
        text.Sample(name + "_count", labels.AsSpan(..^1), below);
    }

    /// <summary>In seconds, written as OpenMetrics wants numbers in labels ("1.0"), so that a series has one name in both formats.</summary>
    private static string BoundOf(int bucket)
    {
        ReadOnlySpan<long> bounds = LatencyBuckets.UpperBoundsUs;
        return bucket < bounds.Length ? (bounds[bucket] / 1e6m).ToString("0.0#####", CultureInfo.InvariantCulture) : "+Inf";
    }
}
