using System.Numerics;
using Weft.Contracts.Session;

namespace Weft.ControlPlane.Traffic;

/// <summary>Everything that is counted of exchanges: in one step of a series, over a window, or since a proxy started. Sums of microseconds, not means,
/// and whole histograms, so that figures of any times and places can be added.</summary>
internal sealed class Figures
{
    internal const int PartCount = 6;
    internal const int ClassCount = 6;

    internal ulong Count;
    internal ulong Failures;
    internal ulong MutualTls;
    internal ulong Bytes;
    internal ulong LatencySumUs;
    internal ulong Retries;

    /// <summary>Exchanges by class of status, 1 to 5; 0 for those without.</summary>
    internal readonly ulong[] Classes = new ulong[ClassCount];

    /// <summary>Sums of the timing parts in the order of <see cref="TimingPart"/>.</summary>
    internal readonly ulong[] PartSumsUs = new ulong[PartCount];

    /// <summary>Exchanges in which the part was measured.</summary>
    internal readonly ulong[] PartCounts = new ulong[PartCount];

    internal readonly ulong[] Buckets = new ulong[LatencyBuckets.Count];

    /// <summary>Endings that were not ordinary, by number of the reason (<see cref="ReasonTable"/>), in no order; null when there were none.</summary>
    internal List<(int Reason, ulong Count)>? Reasons;

    internal bool IsEmpty => Count == 0 && Bytes == 0;

    internal void Clear()
    {
        Count = Failures = MutualTls = Bytes = LatencySumUs = Retries = 0;
        Array.Clear(Classes);
        Array.Clear(PartSumsUs);
        Array.Clear(PartCounts);
        Array.Clear(Buckets);
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
        AddAll(Classes, other.Classes);
        AddAll(PartSumsUs, other.PartSumsUs);
        AddAll(PartCounts, other.PartCounts);
        AddAll(Buckets, other.Buckets);
        foreach ((int reason, ulong count) in other.Reasons ?? [])
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

    private static void AddAll(ulong[] sums, ulong[] more)
    {
        int i = 0;
        for (; i <= sums.Length - Vector<ulong>.Count; i += Vector<ulong>.Count)
        {
            (new Vector<ulong>(sums, i) + new Vector<ulong>(more, i)).CopyTo(sums, i);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += more[i];
        }
    }
}
