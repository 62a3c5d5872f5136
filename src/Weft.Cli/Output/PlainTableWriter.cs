using System.Text;

namespace Weft.Cli.Output;

/// <summary>Borderless columns, two blanks apart, no trailing blanks: what pipes, logs and golden files get.</summary>
internal static class PlainTableWriter
{
    public static void Write(TextTable table, TextWriter writer, bool wide, TerminalStyle style)
    {
        var visible = table.Visible(wide);
        var widths = visible.Select(i => Math.Max(TextWidth.Of(table.Columns[i].Name), table.Rows.Select(r => TextWidth.Of(TextWidth.Safe(r[i].Text))).DefaultIfEmpty(0).Max()))
            .ToArray();
        WriteRow(writer, table.Columns, visible, widths, i => new Cell(table.Columns[i].Name, Tone.Dim), style);
        foreach (var row in table.Rows)
        {
            WriteRow(writer, table.Columns, visible, widths, i => row[i], style);
        }
    }

    /// <summary>One row; a text that is wider than its column pushes the rest.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="columns">All columns.</param>
    /// <param name="visible">Positions of those that are shown.</param>
    /// <param name="widths">Of the shown ones, in their order.</param>
    /// <param name="cellAt">The cell at a position.</param>
    /// <param name="style">Paints tones.</param>
    public static void WriteRow(TextWriter writer, IReadOnlyList<Column> columns, IReadOnlyList<int> visible, IReadOnlyList<int> widths, Func<int, Cell> cellAt, TerminalStyle style)
    {
        var line = new StringBuilder();
        var owed = 0;
        for (var i = 0; i < visible.Count; i++)
        {
            var cell = cellAt(visible[i]);
            var text = TextWidth.Safe(cell.Text);
            var pad = Math.Max(0, widths[i] - TextWidth.Of(text));
            var right = columns[visible[i]].Right;
            line.Append(' ', owed + (right ? pad : 0)).Append(style.Paint(cell.Tone, text));
            owed = 2 + (right ? 0 : pad);
        }

        writer.WriteLine(line.ToString());
    }
}
