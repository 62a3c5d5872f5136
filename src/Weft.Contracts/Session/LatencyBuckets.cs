namespace Weft.Contracts.Session;

/// <summary>
/// The fixed buckets of every latency histogram in the mesh, so that histograms of all proxies can be added. Bucket i
/// holds values in (bound i-1, bound i]; the last one holds what is longer than every bound.
/// </summary>
public static class LatencyBuckets
{
    private static readonly long[] BoundsUs =
    [
        50, 75, 100, 150, 200, 300, 500, 750,
        1_000, 2_000, 3_000, 4_000, 5_000, 7_500,
        10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 75_000,
        100_000, 150_000, 200_000, 250_000, 300_000, 400_000, 500_000,
        1_000_000, 2_000_000, 2_500_000, 3_000_000, 4_000_000, 5_000_000,
        10_000_000, 20_000_000, 30_000_000, 40_000_000, 50_000_000, 60_000_000,
    ];

    // 63 entries, filled up with the greatest number: the search below needs exactly six steps for every value.
    private static readonly long[] Padded = [.. BoundsUs, .. Enumerable.Repeat(long.MaxValue, 63 - BoundsUs.Length)];

    /// <summary>Upper bounds in microseconds, inclusive, ascending; the last bucket has none.</summary>
    public static ReadOnlySpan<long> UpperBoundsUs => BoundsUs;

    /// <summary>Number of buckets: one more than there are bounds.</summary>
    public const int Count = 42;

    /// <summary>The bucket of a latency in microseconds. Negative values count as 0.</summary>
    public static int IndexOf(long us)
    {
        long[] bounds = Padded;
        int index = 0;
        index += bounds[index + 31] < us ? 32 : 0;
        index += bounds[index + 15] < us ? 16 : 0;
        index += bounds[index + 7] < us ? 8 : 0;
        index += bounds[index + 3] < us ? 4 : 0;
        index += bounds[index + 1] < us ? 2 : 0;
        index += bounds[index] < us ? 1 : 0;
        return index;
    }

    /// <summary>The latency in milliseconds that a share <paramref name="q"/> (0..1) of the counted exchanges did not exceed, interpolated
    /// inside its bucket; null when nothing was counted.</summary>
    /// <param name="counts">Counts per bucket; trailing zeros may be left out.</param>
    /// <param name="q">0.5 for the median.</param>
    public static double? Quantile(ReadOnlySpan<ulong> counts, double q)
    {
        double total = 0;
        foreach (ulong count in counts)
        {
            total += count;
        }

        if (total == 0)
        {
            return null;
        }

        double rank = Math.Clamp(q, 0, 1) * total;
        double below = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0 && below + counts[i] >= rank)
            {
                return Interpolate(i, (rank - below) / counts[i]);
            }

            below += counts[i];
        }

        return Interpolate(counts.Length - 1, 1);
    }

    // What lies beyond the last bound is reported as the last bound: nothing is known about how far beyond.
    private static double Interpolate(int bucket, double share)
    {
        int last = BoundsUs.Length - 1;
        double low = bucket == 0 ? 0 : BoundsUs[Math.Min(bucket - 1, last)];
        double high = BoundsUs[Math.Min(bucket, last)];
        return (low + ((high - low) * share)) / 1_000;
    }
}
