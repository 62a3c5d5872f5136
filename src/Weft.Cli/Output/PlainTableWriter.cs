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
        WriteRow(writer, table, visible, widths, i => new Cell(table.Columns[i].Name, Tone.Dim), style);
        foreach (var row in table.Rows)
        {
            WriteRow(writer, table, visible, widths, i => row[i], style);
        }
    }

    private static void WriteRow(TextWriter writer, TextTable table, IReadOnlyList<int> visible, int[] widths, Func<int, Cell> cellAt, TerminalStyle style)
    {
        var line = new StringBuilder();
        var owed = 0;
        for (var i = 0; i < visible.Count; i++)
        {
            var cell = cellAt(visible[i]);
            var text = TextWidth.Safe(cell.Text);
            var pad = widths[i] - TextWidth.Of(text);
            var right = table.Columns[visible[i]].Right;
            line.Append(' ', owed + (right ? pad : 0)).Append(style.Paint(cell.Tone, text));
            owed = 2 + (right ? 0 : pad);
        }

        writer.WriteLine(line.ToString());
    }
}
