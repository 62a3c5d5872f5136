namespace Weft.Bench.Measuring;

internal static class Median
{
    /// <summary>The middle one, or the mean of the two in the middle; there must be one at least.</summary>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
