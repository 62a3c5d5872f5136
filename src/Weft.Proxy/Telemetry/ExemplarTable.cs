using Weft.Contracts.Session;

namespace Weft.Proxy.Telemetry;

/// <summary>The newest exchange of each bucket of each series, of those that ended after a time.</summary>
internal sealed class ExemplarTable
{
    private readonly Dictionary<SeriesKey, Exemplar?[]> _buckets = [];

    /// <param name="all">Exchanges.</param>
    /// <param name="afterUnixNano">Earlier ones are left out.</param>
    public ExemplarTable(IEnumerable<Exemplar> all, ulong afterUnixNano)
    {
        foreach (Exemplar exemplar in all)
        {
            if ((ulong)exemplar.EndedUnixUs * 1_000 <= afterUnixNano)
            {
                continue;
            }

            if (!_buckets.TryGetValue(exemplar.Series, out Exemplar?[]? buckets))
            {
                _buckets.Add(exemplar.Series, buckets = new Exemplar?[LatencyBuckets.Count]);
            }

            ref Exemplar? place = ref buckets[LatencyBuckets.IndexOf(exemplar.LatencyUs)];
            if (place is null || place.Value.EndedUnixUs < exemplar.EndedUnixUs)
            {
                place = exemplar;
            }
        }
    }

    /// <summary>Those of one series, in order of their buckets.</summary>
    public IEnumerable<Exemplar> Of(SeriesKey series) => _buckets.TryGetValue(series, out Exemplar?[]? buckets) ? buckets.OfType<Exemplar>() : [];
}
