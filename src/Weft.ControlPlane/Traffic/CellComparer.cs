namespace Weft.ControlPlane.Traffic;

/// <summary>
/// Finds the cells of a proxy by their key, which they hold themselves: a key has fifteen names, and a table that kept it once more would be larger than
/// the cells.
/// </summary>
internal sealed class CellComparer : IEqualityComparer<TrafficCellState>, IAlternateEqualityComparer<CellKey, TrafficCellState>
{
    internal static CellComparer Instance { get; } = new();

    public bool Equals(TrafficCellState? x, TrafficCellState? y) => x is null ? y is null : y is not null && x.Key == y.Key;

    public int GetHashCode(TrafficCellState obj) => obj.Key.GetHashCode();

    public bool Equals(CellKey alternate, TrafficCellState other) => alternate == other.Key;

    public int GetHashCode(CellKey alternate) => alternate.GetHashCode();

    public TrafficCellState Create(CellKey alternate) => new(alternate, -1);
}
