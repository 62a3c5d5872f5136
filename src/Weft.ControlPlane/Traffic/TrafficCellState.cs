namespace Weft.ControlPlane.Traffic;

/// <summary>Where one cumulative cell of a proxy stands, and the series that its increase goes to.</summary>
internal sealed class TrafficCellState
{
    /// <summary>The counters when they were last reported, packed.</summary>
    internal byte[] Last { get; set; } = [];

    internal int LastLength { get; set; }

    internal long Active { get; set; }

    /// <summary>Number of the cell's reason; -1 for an ordinary ending.</summary>
    internal int Reason { get; init; } = -1;

    /// <summary>Series with their tables; null until the first increase.</summary>
    internal (SeriesTable Table, Series Series)[]? Series { get; set; }
}
