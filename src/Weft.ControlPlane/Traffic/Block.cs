using System.Buffers;
using System.IO.Compression;

namespace Weft.ControlPlane.Traffic;

/// <summary>
/// A span of time of one tier that takes no more points. First its points are still in pages (<see cref="Pages"/>), then they are packed into compressed
/// groups of series, in memory (<see cref="Groups"/>), in the history file, or both.
/// </summary>
internal sealed class Block(long id, Tier tier, long from, long to)
{
    /// <summary>The quickest setting: figures are dense already.</summary>
    private const int BrotliQuality = 1;
    private const int BrotliWindow = 18;

    /// <summary>What the history file knows it by.</summary>
    internal long Id { get; } = id;

    internal Tier Tier { get; } = tier;

    /// <summary>Its first second, Unix time.</summary>
    internal long From { get; } = from;

    /// <summary>The second after its last.</summary>
    internal long To { get; } = to;

    /// <summary>Points per table and series; null once packed. Guarded by the store's lock.</summary>
    internal PackedChain[][]? Pages { get; set; }

    /// <summary>Compressed groups by table and number; null when only the file has them.</summary>
    internal IReadOnlyDictionary<(int Table, int Group), byte[]>? Groups { get; set; }

    /// <summary>Whether the history file has it.</summary>
    internal bool IsOnFile { get; set; }

    internal long CachedBytes => Groups?.Values.Sum(static group => (long)group.Length) ?? 0;

    internal bool Overlaps(long from, long to) => From < to && To > from;

    /// <summary>Packs the points of some series of a table.</summary>
    /// <param name="chains">All chains of the table.</param>
    /// <param name="group">Which group.</param>
    /// <param name="arena">Where they are; the caller holds the lock.</param>
    /// <returns>Plain bytes, to be compressed without the lock; empty when there are no points.</returns>
    internal static ReadOnlyMemory<byte> Gather(PackedChain[] chains, int group, PageArena arena)
    {
        int first = group * TrafficLimits.SeriesPerGroup;
        int end = Math.Min(chains.Length, first + TrafficLimits.SeriesPerGroup);
        int size = 0;
        for (int i = first; i < end; i++)
        {
            size += chains[i].IsEmpty ? 0 : chains[i].Bytes + 12;
        }

        if (size == 0)
        {
            return default;
        }

        byte[] plain = new byte[size];
        int at = 0;
        for (int i = first; i < end; i++)
        {
            if (!chains[i].IsEmpty)
            {
                FigureCodec.Put(plain, ref at, (ulong)(i - first));
                FigureCodec.Put(plain, ref at, (ulong)chains[i].Bytes);
                chains[i].CopyTo(arena, plain.AsSpan(at));
                at += chains[i].Bytes;
            }
        }

        return plain.AsMemory(0, at);
    }

    /// <summary>Four bytes of length, then the compressed bytes.</summary>
    internal static byte[] Compress(ReadOnlySpan<byte> plain)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(sizeof(int) + BrotliEncoder.GetMaxCompressedLength(plain.Length));
        try
        {
            BitConverter.TryWriteBytes(buffer, plain.Length);
            if (!BrotliEncoder.TryCompress(plain, buffer.AsSpan(sizeof(int)), out int length, BrotliQuality, BrotliWindow))
            {
                throw new InvalidOperationException("A buffer of the greatest compressed length was too short.");
            }

            return buffer.AsSpan(0, sizeof(int) + length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Gives the points of one compressed group to a sink.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    internal void ReadGroup(ReadOnlySpan<byte> packed, int group, (long From, long To) span, PointSink sink)
    {
        int size = packed.Length < sizeof(int) ? -1 : BitConverter.ToInt32(packed);
        if (size is < 0 or > 64 * 1024 * 1024)
        {
            throw new InvalidDataException("A group of figures has an impossible length.");
        }

        byte[] plain = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            if (!BrotliDecoder.TryDecompress(packed[sizeof(int)..], plain.AsSpan(0, size), out int written) || written != size)
            {
                throw new InvalidDataException("A group of figures is damaged.");
            }

            int at = 0;
            while (at < size)
            {
                int series = (group * TrafficLimits.SeriesPerGroup) + (int)FigureCodec.Get(plain, ref at);
                int length = (int)FigureCodec.Get(plain, ref at);
                if (sink.Wants(series))
                {
                    PointReader.Read(plain.AsSpan(at, length), series, From, Tier.StepSeconds, span, sink);
                }

                at += length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }
}
