using Weft.Contracts.Session;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>The numbers of the last report, so that the next one can tell the difference. Bounded as the series are.</summary>
internal sealed class OtlpBaseline
{
    private readonly Dictionary<SeriesKey, Numbers> _series = [];

    public long Count(FoldedSeries series) => Find(series)?.Count ?? 0;

    public long Sent(FoldedSeries series) => Find(series)?.Sent ?? 0;

    public long Received(FoldedSeries series) => Find(series)?.Received ?? 0;

    public long LatencyUs(FoldedSeries series) => Find(series)?.LatencyUs ?? 0;

    public long Bucket(FoldedSeries series, int index) => Find(series)?.Buckets[index] ?? 0;

    public long Tally(FoldedSeries series, int kind) => Find(series)?.Tally[kind] ?? 0;

    /// <summary>Keeps the numbers of now.</summary>
    public void Keep(IReadOnlyList<FoldedSeries> all)
    {
        foreach (FoldedSeries series in all)
        {
            if (!_series.TryGetValue(series.Key, out Numbers? numbers))
            {
                _series.Add(series.Key, numbers = new Numbers());
            }

            numbers.Count = series.Count;
            numbers.Sent = series.BytesSent;
            numbers.Received = series.BytesReceived;
            numbers.LatencyUs = series.LatencySumUs;
            series.Buckets.CopyTo(numbers.Buckets);
            series.Tally.CopyTo(numbers.Tally);
        }
    }

    private Numbers? Find(FoldedSeries series) => _series.GetValueOrDefault(series.Key);

    private sealed class Numbers
    {
        public long Count { get; set; }

        public long Sent { get; set; }

        public long Received { get; set; }

        public long LatencyUs { get; set; }

        public long[] Buckets { get; } = new long[LatencyBuckets.Count];

        public long[] Tally { get; } = new long[TallyKind.Count];
    }
}
