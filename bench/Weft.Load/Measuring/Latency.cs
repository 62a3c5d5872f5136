namespace Weft.Load.Measuring;

/// <summary>Quantiles in milliseconds, from the intended time of sending.</summary>
internal sealed record Latency(double P50, double P90, double P95, double P99, double P999, double Max)
{
    public static Latency Of(LogLinearHistogram us)
        => new(Ms(us.Quantile(0.5)), Ms(us.Quantile(0.9)), Ms(us.Quantile(0.95)), Ms(us.Quantile(0.99)), Ms(us.Quantile(0.999)), Ms(us.Max));

    private static double Ms(long us) => Math.Round(us / 1_000.0, 3);
}
