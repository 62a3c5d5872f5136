using CsCheck;
using Weft.Load.Measuring;
using Xunit;

namespace Weft.Samples.Tests.Load;

public sealed class LogLinearHistogramTests
{
    [Fact]
    public void A_quantile_is_never_below_the_true_one_and_at_most_one_part_in_128_above()
        => Gen.Select(Gen.Long[0, long.MaxValue / 2].Array[1, 200], Gen.Double[0.001, 1]).Sample((values, share) =>
        {
            LogLinearHistogram histogram = new();
            foreach (long value in values)
            {
                histogram.Record(value);
            }

            long[] sorted = [.. values.Order()];
            long exact = sorted[Math.Max(0, (int)Math.Ceiling(share * values.Length) - 1)];
            long found = histogram.Quantile(share);
            Assert.True(found >= exact && found - exact <= exact / 128, $"exact {exact}, found {found}");
        });

    [Fact]
    public void Small_values_are_exact()
    {
        LogLinearHistogram histogram = new();
        for (int i = 0; i < 256; i++)
        {
            histogram.Record(i);
        }

        Assert.Equal(127, histogram.Quantile(0.5));
        Assert.Equal(255, histogram.Max);
        Assert.Equal(256, histogram.Count);
    }

    [Fact]
    public void An_empty_histogram_answers_zero() => Assert.Equal(0, new LogLinearHistogram().Quantile(0.99));

    [Fact]
    public void Adding_is_the_same_as_recording_everything_in_one()
        => Gen.Select(Gen.Long[0, 1_000_000].Array[1, 50], Gen.Long[0, 1_000_000].Array[1, 50]).Sample((left, right) =>
        {
            LogLinearHistogram one = Of([.. left, .. right]);
            LogLinearHistogram sum = Of(left);
            sum.Add(Of(right));
            Assert.Equal(one.Quantile(0.5), sum.Quantile(0.5));
            Assert.Equal(one.Max, sum.Max);
            Assert.Equal(one.Count, sum.Count);
        });

    private static LogLinearHistogram Of(long[] values)
    {
        LogLinearHistogram histogram = new();
        foreach (long value in values)
        {
            histogram.Record(value);
        }

        return histogram;
    }
}
