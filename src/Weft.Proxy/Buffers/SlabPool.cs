using System.Numerics;

namespace Weft.Proxy.Buffers;

/// <summary>
/// Pinned byte arrays of one loop in four tiers (4, 16, 64 and 256 KiB). A loop's connections rent and return on its thread, so there
/// are no locks. What is kept for reuse is bounded per tier; the rest goes to the collector.
/// </summary>
internal sealed class SlabPool
{
    /// <summary>A head or a small message.</summary>
    public const int Small = 4 * 1024;

    /// <summary>What one receive asks for: one full TLS record.</summary>
    public const int Medium = 16 * 1024 + 512;

    public const int Large = 64 * 1024;

    /// <summary>The largest that is kept for reuse.</summary>
    public const int Huge = 256 * 1024;

    /// <summary>The most that one queue may grow to: heads that wait for a slow reader. Its owner gives up the connection before.</summary>
    private const int Most = 4 * 1024 * 1024;

    private readonly Tier[] _tiers = [new(Small, 256), new(Medium, 256), new(Large, 64), new(Huge, 16)];

    /// <summary>Bytes rented out now.</summary>
    public long RentedBytes { get; private set; }

    /// <summary>An array of at least <paramref name="size"/> bytes, not cleared; those above <see cref="Huge"/> are rare and not kept.</summary>
    public byte[] Rent(int size)
    {
        foreach (Tier tier in _tiers)
        {
            if (size <= tier.Size)
            {
                RentedBytes += tier.Size;
                return tier.Count > 0 ? tier.Kept[--tier.Count] : GC.AllocateUninitializedArray<byte>(tier.Size, pinned: true);
            }
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Most);
        byte[] large = GC.AllocateUninitializedArray<byte>((int)BitOperations.RoundUpToPowerOf2((uint)size), pinned: true);
        RentedBytes += large.Length;
        return large;
    }

    public void Return(byte[] array)
    {
        RentedBytes -= array.Length;
        foreach (Tier tier in _tiers)
        {
            if (array.Length == tier.Size)
            {
                if (tier.Count < tier.Kept.Length)
                {
                    tier.Kept[tier.Count++] = array;
                }

                return;
            }
        }
    }

    /// <summary>Leaves what is kept for reuse to the collector.</summary>
    public void Trim()
    {
        foreach (Tier tier in _tiers)
        {
            Array.Clear(tier.Kept, 0, tier.Count);
            tier.Count = 0;
        }
    }

    private sealed class Tier(int size, int keep)
    {
        public readonly int Size = size;
        public readonly byte[][] Kept = new byte[keep][];
        public int Count;
    }
}
