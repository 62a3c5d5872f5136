using Weft.Cli.Output;

namespace Weft.Cli.Top;

/// <summary>A table in the columns of a screen, one line a row: names give way before figures do, and figures that find no place are left out from the right.</summary>
internal static class FittedTable
{
    private const int Gap = 2;

    /// <summary>What is left of a name at least, if that is enough for the rest.</summary>
    private const int NameMin = 10;

    /// <summary>Heading and rows, none wider than the screen.</summary>
    public static IReadOnlyList<string> Write(TextTable table, bool isWide, TerminalStyle style, int columns)
    {
        var visible = table.Visible(isWide).ToList();
        var widths = visible.Select(i => table.Rows.Select(row => TextWidth.Of(TextWidth.Safe(row[i].Text))).Append(TextWidth.Of(table.Columns[i].Name)).Max()).ToList();
        while (visible.Count > 1 && Total(widths.Select((width, i) => table.Columns[visible[i]].Right ? width : Math.Min(width, NameMin))) > columns)
        {
            visible.RemoveAt(visible.Count - 1);
            widths.RemoveAt(widths.Count - 1);
        }

        Shorten(table, visible, widths, columns);
        widths[0] = Math.Min(widths[0], columns);
        using var text = new StringWriter { NewLine = "\n" };
        Row(i => new Cell(table.Columns[i].Name, Tone.Dim));
        foreach (var row in table.Rows)
        {
            Row(i => row[i]);
        }

        return text.ToString().TrimEnd('\n').Split('\n');

        void Row(Func<int, Cell> cellAt) => PlainTableWriter.WriteRow(
            text, table.Columns, visible, widths, i => cellAt(i) is var cell ? cell with { Text = Cut(TextWidth.Safe(cell.Text), widths[visible.IndexOf(i)], style.Unicode ? "…" : "~") } : default, style);
    }

    /// <summary>The text, or as much of its beginning as fits with a mark that there was more.</summary>
    public static string Cut(string text, int width, string mark)
    {
        if (TextWidth.Of(text) <= width)
        {
            return text;
        }

        while (text.Length > 0 && TextWidth.Of(text) > width - mark.Length)
        {
            text = text[..^(text.Length > 1 && char.IsSurrogatePair(text[^2], text[^1]) ? 2 : 1)];
        }

        return width >= mark.Length ? text + mark : text;
    }

    /// <summary>Takes from the widest name until all fits.</summary>
    private static void Shorten(TextTable table, List<int> visible, List<int> widths, int columns)
    {
        while (Total(widths) > columns)
        {
            var widest = -1;
            for (var i = 0; i < visible.Count; i++)
            {
                if (!table.Columns[visible[i]].Right && widths[i] > 1 && (widest < 0 || widths[i] > widths[widest]))
                {
                    widest = i;
                }
            }

            if (widest < 0)
            {
                return;
            }

            widths[widest]--;
        }
    }

    private static int Total(IEnumerable<int> widths) => widths.Sum(static width => width + Gap) - Gap;
}
