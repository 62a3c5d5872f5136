using System.Runtime.CompilerServices;

namespace Weft.ControlPlane.Traffic;

/// <summary>One series with the points that are not in sealed blocks yet. Guarded by the store's lock.</summary>
internal sealed class Series(SeriesTable table, in SeriesKey key, int index, long firstSeen)
{
    private Heads _heads;

    internal SeriesTable Table { get; } = table;

    internal SeriesKey Key { get; } = key;

    /// <summary>Its number in its table; blocks know it by that.</summary>
    internal int Index { get; } = index;

    /// <summary>The first second with traffic, Unix time.</summary>
    internal long FirstSeen { get; } = firstSeen;

    internal long LastSeen { get; set; } = firstSeen;

    /// <summary>Whether the table has forgotten it: whoever holds it must ask for it anew.</summary>
    internal bool IsForgotten { get; set; }

    /// <summary>Whether the history file knows it.</summary>
    internal bool IsSaved { get; set; }

    /// <summary>The second that goes on now, when more than one cell adds to it; null without traffic, and where <see cref="First"/> is everything.</summary>
    internal Figures? Open { get; set; }

    /// <summary>The only increase in the second that goes on now, where its table keeps it packed; empty without traffic, and once there are figures.</summary>
    internal PackedRange First { get; set; }

    /// <summary>Whether there was traffic in the second that goes on now.</summary>
    internal bool HasPresent => Open is not null || !First.IsEmpty;

    /// <summary>Identities that were proved last.</summary>
    internal string SourceIdentity { get; set; } = "";

    internal string DestinationIdentity { get; set; } = "";

    /// <summary>What is open now.</summary>
    internal long Active { get; set; }

    internal long ActiveMutualTls { get; set; }

    /// <summary>Points of the open block of a tier.</summary>
    internal ref PackedChain Head(int tier) => ref _heads[tier];

    /// <summary>Whether no tier has points in its open block.</summary>
    internal bool HasNoPoints
    {
        get
        {
            foreach (ref readonly PackedChain head in (ReadOnlySpan<PackedChain>)_heads)
            {
                if (!head.IsEmpty)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>One of each tier.</summary>
    [InlineArray(Tier.Count)]
    private struct Heads
    {
        private PackedChain _first;
    }
}
