namespace Weft.ControlPlane.Traffic;

/// <summary>Finds series by their key, which they hold themselves.</summary>
internal sealed class SeriesComparer : IEqualityComparer<Series>, IAlternateEqualityComparer<SeriesKey, Series>
{
    internal static SeriesComparer Instance { get; } = new();

    public bool Equals(Series? x, Series? y) => x is null ? y is null : y is not null && x.Key == y.Key;

    public int GetHashCode(Series obj) => obj.Key.GetHashCode();

    public bool Equals(SeriesKey alternate, Series other) => alternate == other.Key;

    public int GetHashCode(SeriesKey alternate) => alternate.GetHashCode();

    /// <exception cref="NotSupportedException">Always: only the table knows the number of a new series.</exception>
    public Series Create(SeriesKey alternate) => throw new NotSupportedException("a series is made by its table");
}
