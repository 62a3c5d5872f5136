namespace Weft.ControlPlane.Traffic;

/// <summary>Where one cumulative cell of a proxy stands, and the series that its increase goes to.</summary>
/// <param name="key">What makes it the one and only of its proxy.</param>
/// <param name="reason">Number of the cell's reason; -1 for an ordinary ending.</param>
internal sealed class TrafficCellState(in CellKey key, int reason)
{
    /// <summary>What makes it the one and only of its proxy. A field, so that it is not copied to be read.</summary>
    internal readonly CellKey Key = key;

    /// <summary>The counters when they were last reported, packed.</summary>
    internal byte[] Last { get; set; } = [];

    internal int LastLength { get; set; }

    internal long Active { get; set; }

    /// <summary>Number of the cell's reason; -1 for an ordinary ending.</summary>
    internal int Reason { get; } = reason;

    /// <summary>Series, each of another table; null until the first increase.</summary>
    internal Series[]? Series { get; set; }
}
