namespace Weft.Cli.Output;

/// <summary>A table whose rows come one by one: columns begin as wide as their heading asks and grow with what has been seen, up to a bound each.</summary>
internal sealed class RowStream(TextWriter writer, TerminalStyle style, bool wide, params IReadOnlyList<Column> columns)
{
    /// <summary>A column does not grow wider for one long text; what is longer pushes the rest of its row.</summary>
    private const int WidthMax = 40;

    private readonly int[] _visible = [.. Enumerable.Range(0, columns.Count).Where(i => wide || !columns[i].Wide)];
    private readonly int[] _widths = [.. columns.Select(column => TextWidth.Of(column.Name))];
    private bool _hasHeading;

    /// <summary>Columns that may hold anything are begun wider, so that rows stand under each other from the first on.</summary>
    public RowStream Begin(params ReadOnlySpan<int> widths)
    {
        for (var i = 0; i < widths.Length; i++)
        {
            _widths[i] = Math.Max(_widths[i], widths[i]);
        }

        return this;
    }

    public void Add(params Cell[] cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            _widths[i] = Math.Max(_widths[i], Math.Min(WidthMax, TextWidth.Of(TextWidth.Safe(cells[i].Text))));
        }

        if (!_hasHeading)
        {
            _hasHeading = true;
            Write(i => new Cell(columns[i].Name, Tone.Dim));
        }

        Write(i => cells[i]);
    }

    private void Write(Func<int, Cell> cellAt) => PlainTableWriter.WriteRow(writer, columns, _visible, [.. _visible.Select(i => _widths[i])], cellAt, style);
}
