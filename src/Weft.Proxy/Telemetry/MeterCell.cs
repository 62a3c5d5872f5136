using Weft.Contracts.Session;
using Weft.Routing;

namespace Weft.Proxy.Telemetry;

/// <summary>
/// Counters of one series: an edge and one way of ending. Written by the loop that owns it, read by the control
/// thread at any time: each number is one aligned 64-bit word, so a reader may be a moment late but never sees half a number.
/// </summary>
internal sealed class MeterCell(EdgeKey edge, int statusClass, EndReason reason, bool success)
{
    private readonly long[] _buckets = new long[LatencyBuckets.Count];
    private long _count;
    private long _bytesSent;
    private long _bytesReceived;
    private long _latencySumUs;
    private readonly long[] _tally = new long[TallyKind.Count];
    private long _active;

    public EdgeKey Edge { get; } = edge;

    /// <summary>1..5, or 0 for streams and for exchanges that got no status.</summary>
    public int StatusClass { get; } = statusClass;

    public EndReason Reason { get; } = reason;

    public bool Success { get; } = success;

    /// <summary>The next way of ending of the same edge.</summary>
    public MeterCell? NextOfEdge { get; set; }

    public long Count => Volatile.Read(ref _count);

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    public long LatencySumUs => Volatile.Read(ref _latencySumUs);

    /// <summary>Exchanges open right now; kept on the edge's first cell.</summary>
    public long Active => Volatile.Read(ref _active);

    /// <summary>One number of <see cref="TallyKind"/>.</summary>
    public long Tally(int kind) => Volatile.Read(ref _tally[kind]);

    public long Bucket(int index) => Volatile.Read(ref _buckets[index]);

    public void CountOne(long latencyUs, long bytesSent, long bytesReceived, in ExchangeTally tally)
    {
        AddTally(tally);
        _buckets[LatencyBuckets.IndexOf(latencyUs)]++;
        _latencySumUs += latencyUs;
        AddBytes(bytesSent, bytesReceived);
        Volatile.Write(ref _count, _count + 1);
    }

    public void AddBytes(long sent, long received)
    {
        _bytesSent += sent;
        _bytesReceived += received;
    }

    /// <summary>Takes over the numbers of a cell that another process counts.</summary>
    public void Set(TrafficCell numbers)
    {
        for (int i = 0; i < Math.Min(_buckets.Length, numbers.LatencyBuckets.Count); i++)
        {
            Volatile.Write(ref _buckets[i], (long)numbers.LatencyBuckets[i]);
        }

        for (int i = 0; i < _tally.Length; i++)
        {
            Volatile.Write(ref _tally[i], TallyKind.Of(numbers, i));
        }

        Volatile.Write(ref _latencySumUs, (long)numbers.LatencySumUs);
        Volatile.Write(ref _bytesSent, (long)numbers.BytesSent);
        Volatile.Write(ref _bytesReceived, (long)numbers.BytesReceived);
        Volatile.Write(ref _active, (long)numbers.Active);
        Volatile.Write(ref _count, (long)numbers.Count);
    }

    /// <summary>Adds what a cell of the same series has counted; what is open there has ended.</summary>
    public void Absorb(MeterCell ended)
    {
        for (int i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] += ended.Bucket(i);
        }

        for (int i = 0; i < _tally.Length; i++)
        {
            _tally[i] += ended.Tally(i);
        }

        _latencySumUs += ended.LatencySumUs;
        AddBytes(ended.BytesSent, ended.BytesReceived);
        Volatile.Write(ref _count, _count + ended.Count);
    }

    private void AddTally(in ExchangeTally tally)
    {
        AddPart(TallyKind.ClientRtt, tally.Parts.ClientRtt);
        AddPart(TallyKind.ServerRtt, tally.Parts.ServerRtt);
        AddPart(TallyKind.Application, tally.Parts.Application);
        AddPart(TallyKind.Transfer, tally.Parts.Transfer);
        AddPart(TallyKind.Queue, tally.Parts.Queue);
        AddPart(TallyKind.Connect, tally.Parts.Connect);
        _tally[TallyKind.Attempts] += tally.Attempts;
        _tally[TallyKind.Retries] += Math.Max(0, tally.Attempts - 1);
        _tally[TallyKind.MessagesSent] += tally.MessagesSent;
        _tally[TallyKind.MessagesReceived] += tally.MessagesReceived;
    }

    private void AddPart(int kind, uint us)
    {
        if (us > 0)
        {
            _tally[kind] += us;
            _tally[kind + 1]++;
        }
    }

    public void AddActive(int change) => Volatile.Write(ref _active, _active + change);
}
