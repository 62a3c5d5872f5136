namespace Weft.Cli.Output;

/// <summary>Rows and columns before anybody has decided how they are drawn.</summary>
internal sealed class TextTable(params IReadOnlyList<Column> columns)
{
    private readonly List<Cell[]> _rows = [];

    public IReadOnlyList<Column> Columns { get; } = columns;

    public IReadOnlyList<Cell[]> Rows => _rows;

    public void Add(params Cell[] cells)
    {
        if (cells.Length != Columns.Count)
        {
            throw new ArgumentException($"{cells.Length} cells for {Columns.Count} columns", nameof(cells));
        }

        _rows.Add(cells);
    }

    /// <summary>Positions of the columns that are shown.</summary>
    public IReadOnlyList<int> Visible(bool wide) => [.. Enumerable.Range(0, Columns.Count).Where(i => wide || !Columns[i].Wide)];
}
