using Weft.Contracts.Session;

namespace Weft.ControlPlane.Traffic;

/// <summary>Turns cumulative cells into what is new in them. One per store, used under its lock: its scratch figures are used again and again.</summary>
internal sealed class CellReading
{
    private readonly Figures _before = new();
    private readonly Figures _now = new();
    private readonly byte[] _packed = new byte[FigureCodec.MaxBytes];

    /// <summary>What came on top since the last report.</summary>
    internal Figures Increase { get; } = new();

    /// <summary>Reads a cell, and remembers where it stands.</summary>
    internal void Advance(TrafficCellState state, TrafficCell cell)
    {
        Read(cell, _now);
        _before.Clear();
        if (state.LastLength > 0)
        {
            FigureCodec.Add(state.Last, _before);
        }

        Subtract(cell, state.Reason);
        Remember(state);
    }

    /// <summary>The increase, packed; until the next cell is read.</summary>
    internal ReadOnlySpan<byte> PackIncrease() => _packed.AsSpan(0, FigureCodec.Write(_packed, Increase));

    private void Remember(TrafficCellState state)
    {
        int length = FigureCodec.Write(_packed, _now);
        if (state.Last.Length < length)
        {
            // A little room, since counters grow by a digit now and then.
            state.Last = new byte[length + 8];
        }

        _packed.AsSpan(0, length).CopyTo(state.Last);
        state.LastLength = length;
    }

    private static void Read(TrafficCell cell, Figures to)
    {
        to.Clear();
        to.Count = cell.Count;
        to.Bytes = cell.BytesSent + cell.BytesReceived;
        to.LatencySumUs = cell.LatencySumUs;
        to.Retries = cell.Retries;
        ReadPart(cell.ClientRtt, TimingPart.ClientRtt, to);
        ReadPart(cell.ServerRtt, TimingPart.ServerRtt, to);
        ReadPart(cell.Application, TimingPart.Application, to);
        ReadPart(cell.Transfer, TimingPart.Transfer, to);
        ReadPart(cell.Queue, TimingPart.Queue, to);
        ReadPart(cell.Connect, TimingPart.Connect, to);
        int used = Math.Min(cell.LatencyBuckets.Count, to.Buckets.Length);
        for (int i = 0; i < used; i++)
        {
            to.Buckets[i] = cell.LatencyBuckets[i];
        }
    }

    private static void ReadPart(PartSum? part, TimingPart which, Figures to)
    {
        if (part is not null)
        {
            to.PartSumsUs[(int)which] = part.SumUs;
            to.PartCounts[(int)which] = part.Count;
        }
    }

    private void Subtract(TrafficCell cell, int reason)
    {
        Figures increase = Increase;
        increase.Clear();
        increase.Count = Difference(_now.Count, _before.Count);
        increase.Bytes = Difference(_now.Bytes, _before.Bytes);
        increase.LatencySumUs = Difference(_now.LatencySumUs, _before.LatencySumUs);
        increase.Retries = Difference(_now.Retries, _before.Retries);
        increase.Failures = cell.Success ? 0 : increase.Count;
        increase.MutualTls = cell.MutualTls ? increase.Count : 0;
        increase.Classes[(int)Math.Min(cell.StatusClass, Figures.ClassCount - 1)] = increase.Count;
        for (int i = 0; i < Figures.PartCount; i++)
        {
            increase.PartSumsUs[i] = Difference(_now.PartSumsUs[i], _before.PartSumsUs[i]);
            increase.PartCounts[i] = Difference(_now.PartCounts[i], _before.PartCounts[i]);
        }

        for (int i = 0; i < increase.Buckets.Length; i++)
        {
            increase.Buckets[i] = Difference(_now.Buckets[i], _before.Buckets[i]);
        }

        if (reason >= 0 && increase.Count > 0)
        {
            increase.AddReason(reason, increase.Count);
        }
    }

    // Counters of one epoch never fall; one that does is a fault of the proxy, and no reason to show 2^64 requests.
    private static ulong Difference(ulong now, ulong before) => now > before ? now - before : 0;
}
