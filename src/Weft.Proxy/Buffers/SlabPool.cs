using System.Numerics;
using System.Runtime.InteropServices;

namespace Weft.Proxy.Buffers;

/// <summary>
/// Memory for the buffers of one loop in four tiers (4, 16, 64 and 256 KiB), outside of the collector's heap: that heap has a limit of its own in a control group, below the group's, behind
/// which the runtime ends the process; and what is let go of here is the system's at once. A loop's connections rent and return on its thread, so there are no locks. What is kept for reuse is
/// bounded per tier; the rest is freed at the end of the turn, when nobody looks at it any more.
/// </summary>
internal sealed unsafe class SlabPool
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
    private readonly List<nint> _surplus = [];

    /// <summary>Bytes rented out now.</summary>
    public long RentedBytes { get; private set; }

    /// <summary>Given: slabs that are made take from it.</summary>
    public MemoryBudget? Budget { get; set; }

    /// <summary>Called when a slab was made that takes from the budget.</summary>
    public Action? Grew { get; set; }

    /// <summary>Whether something waits for <see cref="FreeSurplus"/>.</summary>
    public bool HasSurplus => _surplus.Count > 0;

    /// <summary>Whether a slab of at least <paramref name="size"/> bytes can be had without overdrawing the budget: one that is kept always can.</summary>
    public bool MayRent(int size) => Budget is not { IsUsedUp: true } || TierOf(size) is { Count: > 0 };

    /// <summary>A slab of at least <paramref name="size"/> bytes, not cleared; those above <see cref="Huge"/> are rare and not kept.</summary>
    /// <returns>Where it begins, for <see cref="Return"/> with the size.</returns>
    public byte* Rent(int size, out int granted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Most);
        Tier? tier = TierOf(size);
        granted = tier?.Size ?? (int)BitOperations.RoundUpToPowerOf2((uint)size);
        RentedBytes += granted;
        return tier is { Count: > 0 } ? (byte*)tier.Kept[--tier.Count] : Make(granted);
    }

    /// <param name="slab">What <see cref="Rent"/> gave.</param>
    /// <param name="size">The size that it granted.</param>
    public void Return(byte* slab, int size)
    {
        RentedBytes -= size;
        if (TierOf(size) is { } tier && tier.Count < tier.Kept.Length)
        {
            tier.Kept[tier.Count++] = (nint)slab;
            return;
        }

        _surplus.Add((nint)slab);
    }

    /// <summary>Frees what was returned and is not kept. At the end of a turn: whoever returned it may still have looked at it after that.</summary>
    public void FreeSurplus()
    {
        foreach (nint slab in _surplus)
        {
            NativeMemory.Free((void*)slab);
        }

        _surplus.Clear();
    }

    /// <summary>Frees what is kept for reuse. Between turns.</summary>
    public void Trim()
    {
        FreeSurplus();
        foreach (Tier tier in _tiers)
        {
            while (tier.Count > 0)
            {
                NativeMemory.Free((void*)tier.Kept[--tier.Count]);
            }
        }
    }

    private Tier? TierOf(int size)
    {
        foreach (Tier tier in _tiers)
        {
            if (size <= tier.Size)
            {
                return tier;
            }
        }

        return null;
    }

    private byte* Make(int size)
    {
        if (Budget is not null)
        {
            Budget.Take(size);
            Grew?.Invoke();
        }

        return (byte*)NativeMemory.Alloc((nuint)size);
    }

    private sealed class Tier(int size, int keep)
    {
        public readonly int Size = size;
        public readonly nint[] Kept = new nint[keep];
        public int Count;
    }
}
