namespace Weft.ControlPlane.Traffic;

/// <summary>What one second added to a series. Buckets begin at <see cref="FirstBucket"/>, so that a second with one latency costs one number.</summary>
internal sealed class TrafficPoint(long second)
{
    internal long Second { get; } = second;

    internal ulong Count { get; private set; }

    internal ulong Failures { get; private set; }

    internal ulong MutualTls { get; private set; }

    internal ulong Bytes { get; private set; }

    internal int FirstBucket { get; private set; }

    internal ulong[] Buckets { get; private set; } = [];

    /// <summary>Endings that were not ordinary, by reason; null when there were none.</summary>
    internal Dictionary<string, ulong>? Reasons { get; private set; }

    internal void Add(in CellKey key, CellDelta delta)
    {
        Count += delta.Count;
        Failures += key.Success ? 0 : delta.Count;
        MutualTls += key.MutualTls ? delta.Count : 0;
        Bytes += delta.Bytes;
        AddBuckets(delta.Buckets);
        if (delta.Count > 0 && key.Reason.Length > 0 && key.Reason != "OK")
        {
            Reasons ??= new Dictionary<string, ulong>(StringComparer.Ordinal);
            Reasons[key.Reason] = Reasons.GetValueOrDefault(key.Reason) + delta.Count;
        }
    }

    private void AddBuckets(ulong[] added)
    {
        int first = Array.FindIndex(added, count => count > 0);
        if (first < 0)
        {
            return;
        }

        int last = Array.FindLastIndex(added, count => count > 0);
        if (Buckets.Length > 0)
        {
            int begin = Math.Min(first, FirstBucket);
            int end = Math.Max(last, FirstBucket + Buckets.Length - 1);
            ulong[] wider = new ulong[end - begin + 1];
            Buckets.CopyTo(wider, FirstBucket - begin);
            (Buckets, FirstBucket) = (wider, begin);
        }
        else
        {
            (Buckets, FirstBucket) = (new ulong[last - first + 1], first);
        }

        for (int i = first; i <= last; i++)
        {
            Buckets[i - FirstBucket] += added[i];
        }
    }
}
