using System.Text;

namespace Weft.Cli.Output;

/// <summary>A table whose rows come one by one: columns begin as wide as their heading asks and grow with what has been seen, up to a bound each.</summary>
internal sealed class RowStream(TextWriter writer, TerminalStyle style, bool wide, params IReadOnlyList<Column> columns)
{
    /// <summary>A column does not grow wider for one long text; what is longer pushes the rest of its row.</summary>
    private const int WidthMax = 40;

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

    public void Add(params ReadOnlySpan<Cell> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            _widths[i] = Math.Max(_widths[i], Math.Min(WidthMax, TextWidth.Of(TextWidth.Safe(cells[i].Text))));
        }

        if (!_hasHeading)
        {
            _hasHeading = true;
            Write([.. columns.Select(column => new Cell(column.Name, Tone.Dim))]);
        }

        Write(cells);
    }

    private void Write(ReadOnlySpan<Cell> cells)
    {
        var line = new StringBuilder();
        var owed = 0;
        for (var i = 0; i < cells.Length; i++)
        {
            if (columns[i].Wide && !wide)
            {
                continue;
            }

            var text = TextWidth.Safe(cells[i].Text);
            var pad = Math.Max(0, _widths[i] - TextWidth.Of(text));
            line.Append(' ', owed + (columns[i].Right ? pad : 0)).Append(style.Paint(cells[i].Tone, text));
            owed = 2 + (columns[i].Right ? 0 : pad);
        }

        writer.WriteLine(line.ToString());
    }
}
