using System.Numerics;

namespace Weft.Load.Measuring;

/// <summary>Counts of values in buckets that are exact below 256 and at most 1/128 of the value wide above it; the whole range of a
/// positive <see cref="long"/> fits. Recording is safe from any thread.</summary>
internal sealed class LogLinearHistogram
{
    // Each power of two is cut into this many equal buckets.
    private const int SubBucketBits = 7;
    private const int SubBuckets = 1 << SubBucketBits;

    private readonly long[] _counts = new long[(64 - SubBucketBits) * SubBuckets];
    private long _count;
    private long _max;

    public long Count => Volatile.Read(ref _count);

    /// <summary>The largest value recorded, exact; 0 when there is none.</summary>
    public long Max => Volatile.Read(ref _max);

    /// <summary>Records one value; a negative one counts as 0.</summary>
    public void Record(long value)
    {
        long kept = Math.Max(0, value);
        Interlocked.Increment(ref _counts[IndexOf(kept)]);
        Interlocked.Increment(ref _count);
        long seen = Volatile.Read(ref _max);
        while (kept > seen)
        {
            long before = Interlocked.CompareExchange(ref _max, kept, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    /// <summary>Adds everything another histogram holds.</summary>
    public void Add(LogLinearHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += Volatile.Read(ref other._counts[i]);
        }

        _count += other.Count;
        _max = Math.Max(_max, other.Max);
    }

    /// <summary>The value that the given share (0 to 1) of all values does not exceed: the upper end of its bucket, so never too small.
    /// 0 when nothing was recorded.</summary>
    public long Quantile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long passed = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            passed += Volatile.Read(ref _counts[i]);
            if (passed >= rank)
            {
                return Math.Min(UpperEndOf(i), Max);
            }
        }

        return Max;
    }

    private static int IndexOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - SubBucketBits);
        // With the shift applied the value lies in [128, 256) above the exact range, so each shift step has 128 buckets of its own.
        return (shift << SubBucketBits) + (int)(value >> shift);
    }

    private static long UpperEndOf(int index)
    {
        if (index < 2 * SubBuckets)
        {
            return index;
        }

        int shift = (index >> SubBucketBits) - 1;
        long leading = index - ((long)shift << SubBucketBits);
        return ((leading + 1) << shift) - 1;
    }
}
