using CsCheck;
using Weft.Contracts.Session;
using Xunit;

namespace Weft.Contracts.Tests.Session;

public sealed class LatencyBucketsTests
{
    [Fact]
    public void Bounds_ascend_from_50_us_to_60_s()
    {
        long[] bounds = LatencyBuckets.UpperBoundsUs.ToArray();
        Assert.Equal(50, bounds[0]);
        Assert.Equal(60_000_000, bounds[^1]);
        Assert.Equal(bounds.Order().Distinct(), bounds);
        Assert.Equal(LatencyBuckets.Count, bounds.Length + 1);
    }

    [Fact]
    public void The_index_is_the_number_of_bounds_below_the_value()
        => Gen.OneOf(Gen.Long[-5, 2_000], Gen.Long[0, 100_000_000], Gen.Long, Gen.Int[0, LatencyBuckets.Count - 2].Select(i => LatencyBuckets.UpperBoundsUs[i])).Sample(us =>
            Assert.Equal(LatencyBuckets.UpperBoundsUs.ToArray().Count(b => b < us), LatencyBuckets.IndexOf(us)), iter: 20_000);

    [Fact]
    public void Nothing_counted_has_no_quantile()
    {
        Assert.Null(LatencyBuckets.Quantile([], 0.5));
        Assert.Null(LatencyBuckets.Quantile([0, 0], 0.5));
    }

    [Fact]
    public void A_quantile_is_interpolated_inside_its_bucket()
    {
        ulong[] counts = new ulong[9];
        counts[8] = 100;
        Assert.Equal(0.875, LatencyBuckets.Quantile(counts, 0.5));
    }

    [Fact]
    public void What_exceeds_the_last_bound_is_reported_as_the_last_bound()
    {
        ulong[] counts = new ulong[LatencyBuckets.Count];
        counts[^1] = 3;
        Assert.Equal(60_000, LatencyBuckets.Quantile(counts, 0.99));
    }

    [Fact]
    public void A_quantile_lies_within_one_bucket_of_the_true_value()
        => Gen.Long[1, 70_000_000].Array[1, 200].Sample(values =>
        {
            ulong[] counts = new ulong[LatencyBuckets.Count];
            foreach (long value in values)
            {
                counts[LatencyBuckets.IndexOf(value)]++;
            }

            long[] sorted = [.. values.Order()];
            long median = sorted[(sorted.Length - 1) / 2];
            long estimate = (long)Math.Ceiling(LatencyBuckets.Quantile(counts, 0.5)!.Value * 1_000);
            int distance = Math.Abs(LatencyBuckets.IndexOf(median) - LatencyBuckets.IndexOf(estimate));
            Assert.InRange(distance, 0, 1);
        }, iter: 2_000);
}
