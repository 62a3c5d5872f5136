namespace Weft.Bench.Measuring;

/// <summary>What one run of a load saw; latencies in microseconds.</summary>
/// <param name="P999Us">Only where the load measures from the intended time of sending: elsewhere the slowest requests are the ones it never sends.</param>
internal sealed record LoadResult(long Requests, double Seconds, double P50Us, double P99Us, double? P999Us = null);
