namespace Weft.ControlPlane.Traffic;

/// <summary>One series with the points that are not in sealed blocks yet. Guarded by the store's lock.</summary>
internal sealed class Series(SeriesTable table, in SeriesKey key, int index, long firstSeen)
{
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

    /// <summary>The second that goes on now; null without traffic in it.</summary>
    internal Figures? Open { get; set; }

    /// <summary>Identities that were proved last.</summary>
    internal string SourceIdentity { get; set; } = "";

    internal string DestinationIdentity { get; set; } = "";

    /// <summary>What is open now.</summary>
    internal long Active { get; set; }

    internal long ActiveMutualTls { get; set; }

    /// <summary>Points of the open block of each tier.</summary>
    internal PackedChain[] Heads { get; } = new PackedChain[Tier.All.Count];
}
