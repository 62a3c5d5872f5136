using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Weft.Contracts.Session;

namespace Weft.ControlPlane.Traffic;

/// <summary>Everything that is counted of exchanges: in one step of a series, over a window, or since a proxy started. Sums of microseconds, not means,
/// and whole histograms, so that figures of any times and places can be added.</summary>
internal sealed class Figures
{
    internal const int PartCount = 6;
    internal const int ClassCount = 6;

    private const int ListsLength = ClassCount + PartCount + PartCount + LatencyBuckets.Count;

    internal ulong Count;
    internal ulong Failures;
    internal ulong MutualTls;
    internal ulong Bytes;
    internal ulong LatencySumUs;
    internal ulong Retries;

    // All lists lie in the object itself: a question about a large mesh makes tens of thousands of these.
    private Lists _lists;

    /// <summary>Exchanges by class of status, 1 to 5; 0 for those without.</summary>
    internal Span<ulong> Classes => All[..ClassCount];

    /// <summary>Sums of the timing parts in the order of <see cref="TimingPart"/>.</summary>
    internal Span<ulong> PartSumsUs => All.Slice(ClassCount, PartCount);

    /// <summary>Exchanges in which the part was measured.</summary>
    internal Span<ulong> PartCounts => All.Slice(ClassCount + PartCount, PartCount);

    internal Span<ulong> Buckets => All[(ClassCount + PartCount + PartCount)..];

    /// <summary>Endings that were not ordinary, by number of the reason (<see cref="ReasonTable"/>), in no order; null when there were none.</summary>
    internal List<(int Reason, ulong Count)>? Reasons;

    private Span<ulong> All => _lists;

    internal bool IsEmpty => Count == 0 && Bytes == 0;

    internal void Clear()
    {
        Count = Failures = MutualTls = Bytes = LatencySumUs = Retries = 0;
        All.Clear();
        Reasons?.Clear();
    }

    internal void Add(Figures other)
    {
        Count += other.Count;
        Failures += other.Failures;
        MutualTls += other.MutualTls;
        Bytes += other.Bytes;
        LatencySumUs += other.LatencySumUs;
        Retries += other.Retries;
        AddAll(All, other.All);
        foreach ((int reason, ulong count) in CollectionsMarshal.AsSpan(other.Reasons))
        {
            AddReason(reason, count);
        }
    }

    internal void AddReason(int reason, ulong count)
    {
        Reasons ??= [];
        for (int i = 0; i < Reasons.Count; i++)
        {
            if (Reasons[i].Reason == reason)
            {
                Reasons[i] = (reason, Reasons[i].Count + count);
                return;
            }
        }

        Reasons.Add((Reasons.Count < TrafficLimits.MaxReasons ? reason : ReasonTable.Other, count));
    }

    /// <summary>Mean of a timing part in milliseconds; null where it was not measured.</summary>
    internal double? MeanMs(TimingPart part)
        => PartCounts[(int)part] == 0 ? null : PartSumsUs[(int)part] / 1_000.0 / PartCounts[(int)part];

    /// <summary>Mean latency in milliseconds; null without exchanges or where no sum was reported.</summary>
    internal double? MeanLatencyMs => Count == 0 || LatencySumUs == 0 ? null : LatencySumUs / 1_000.0 / Count;

    internal double? QuantileMs(double q) => LatencyBuckets.Quantile(Buckets, q);

    private static void AddAll(Span<ulong> sums, ReadOnlySpan<ulong> more)
    {
        int i = 0;
        for (; i <= sums.Length - Vector<ulong>.Count; i += Vector<ulong>.Count)
        {
            (new Vector<ulong>(sums[i..]) + new Vector<ulong>(more[i..])).CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += more[i];
        }
    }

    /// <summary>Classes, sums and counts of parts, buckets.</summary>
    [InlineArray(ListsLength)]
    private struct Lists
    {
        private ulong _first;
    }
}
