using Weft.Contracts.Session;
using Weft.Routing;

namespace Weft.Proxy.Telemetry;

/// <summary>One series summed over all loops. Belongs to the control thread.</summary>
internal sealed class FoldedSeries(in SeriesKey key)
{
    private readonly long[] _buckets = new long[LatencyBuckets.Count];

    private readonly long[] _tally = new long[TallyKind.Count];

    public SeriesKey Key { get; } = key;

    public EdgeKey Edge => Key.Edge;

    public long Count { get; private set; }

    public long BytesSent { get; private set; }

    public long BytesReceived { get; private set; }

    public long LatencySumUs { get; private set; }

    public long Active { get; private set; }

    /// <summary>Numbers of <see cref="TallyKind"/>.</summary>
    public ReadOnlySpan<long> Tally => _tally;

    public ReadOnlySpan<long> Buckets => _buckets;

    public void Clear()
    {
        Count = BytesSent = BytesReceived = LatencySumUs = Active = 0;
        Array.Clear(_buckets);
        Array.Clear(_tally);
    }

    public void Add(MeterCell cell)
    {
        // The count is read first: buckets read after it hold at least as much, never less.
        Count += cell.Count;
        BytesSent += cell.BytesSent;
        BytesReceived += cell.BytesReceived;
        LatencySumUs += cell.LatencySumUs;
        Active += cell.Active;
        for (int i = 0; i < _tally.Length; i++)
        {
            _tally[i] += cell.Tally(i);
        }

        for (int i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] += cell.Bucket(i);
        }
    }
}

/// <summary>What tells one series from another: the edge, and how exchanges on it ended.</summary>
internal readonly record struct SeriesKey(EdgeKey Edge, int StatusClass, EndReason Reason, bool Success);
