using System.Globalization;
using System.Text;

namespace Weft.Bench.Drawing;

/// <summary>A terminal's screen as an SVG file: dark, as most are, whatever the page around it.</summary>
internal static class TerminalPicture
{
    private const double CellWidth = 8.4;
    private const int LineHeight = 19;
    private const int Margin = 18;

    // The basic sixteen, made for a dark ground.
    private static readonly string[] s_colours =
    [
        "#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4",
        "#6e7681", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#f0f6fc",
    ];

    public static string Draw(TerminalScreen screen, string title)
    {
        List<IReadOnlyList<(Rune Rune, Pen Pen)>> rows = [.. screen.Rows.Select(Trimmed)];
        while (rows.Count > 0 && rows[^1].Count == 0)
        {
            rows.RemoveAt(rows.Count - 1);
        }

        double width = (rows.Max(row => row.Count) * CellWidth) + (2 * Margin);
        int height = (rows.Count * LineHeight) + (2 * Margin);
        StringBuilder svg = new();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:0} {height}\" width=\"{width:0}\" height=\"{height}\" role=\"img\" aria-label=\"{SvgText.Escape(title)}\">");
        Line(svg, $"<style>text {{ font: 14px ui-monospace, \"DejaVu Sans Mono\", Menlo, Consolas, monospace; }}</style>");
        Line(svg, $"<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\" stroke=\"#30363d\"/>\n<g fill=\"#e6edf3\">");
        for (int i = 0; i < rows.Count; i++)
        {
            AddRow(svg, rows[i], Margin + (i * LineHeight) + 14);
        }

        return svg.Append("</g>\n</svg>\n").ToString();
    }

    /// <summary>One element for each stretch of one look without a gap, with its place and length said, so that columns stand below each other in any font.</summary>
    private static void AddRow(StringBuilder svg, IReadOnlyList<(Rune Rune, Pen Pen)> row, int y)
    {
        for (int start = 0; start < row.Count;)
        {
            if (IsBlank(row, start))
            {
                start++;
                continue;
            }

            int end = start + 1;
            while (end < row.Count && row[end].Pen == row[start].Pen && !(IsBlank(row, end) && IsBlank(row, end + 1)))
            {
                end++;
            }

            string text = string.Concat(row.Skip(start).Take(end - start).Select(cell => cell.Rune.ToString())).TrimEnd();
            Line(
                svg,
                $"<text x=\"{Margin + (start * CellWidth):0.0}\" y=\"{y}\" textLength=\"{text.Length * CellWidth:0.0}\"{Look(row[start].Pen)}>{SvgText.Escape(text)}</text>");
            start = end;
        }
    }

    /// <summary>The end of the row is as blank as what lies beyond.</summary>
    private static bool IsBlank(IReadOnlyList<(Rune Rune, Pen Pen)> row, int at) => at >= row.Count || row[at].Rune.Value == ' ';

    private static string Look(Pen pen)
        => (pen.Colour is int colour ? $" fill=\"{s_colours[colour]}\"" : "") + (pen.IsDim ? " opacity=\"0.65\"" : "") + (pen.IsBold ? " font-weight=\"bold\"" : "");

    private static IReadOnlyList<(Rune Rune, Pen Pen)> Trimmed(IReadOnlyList<(Rune Rune, Pen Pen)> row)
    {
        int length = row.Count;
        while (length > 0 && row[length - 1].Rune.Value == ' ')
        {
            length--;
        }

        return [.. row.Take(length)];
    }

    private static void Line(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
