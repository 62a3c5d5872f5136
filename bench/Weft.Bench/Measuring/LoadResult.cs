namespace Weft.Bench.Measuring;

/// <summary>What one run of a load saw; latencies in microseconds.</summary>
internal sealed record LoadResult(long Requests, double Seconds, double P50Us, double P99Us);
