using System.Globalization;
using System.Text;

namespace Weft.Bench.Drawing;

/// <summary>A horizontal bar chart as a plain SVG file that follows the reader's light or dark scheme.</summary>
internal static class BarChart
{
    private const int Width = 800;
    private const int LabelWidth = 255;
    private const int TextWidth = 200;
    private const int Top = 62;
    private const int BarHeight = 22;
    private const int Pitch = 32;

    private const string Style = """
        <style>
        text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
        .title { font-weight: 600 }
        .note { fill: #59636e; font-size: 13px }
        .peer { fill: #a8b1bb }
        .ours { fill: #2f6feb }
        .bold { font-weight: 600 }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 }
          .note { fill: #9198a1 }
          .peer { fill: #59636e }
          .ours { fill: #4493f8 }
        }
        </style>
        """;

    /// <param name="note">What is drawn, and which way is better.</param>
    public static string Draw(string title, string note, IReadOnlyList<Bar> bars)
    {
        int height = Top + (bars.Count * Pitch) + 6;
        double longest = Math.Max(bars.Max(bar => bar.Value), double.Epsilon);
        StringBuilder svg = new();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" role=\"img\" aria-label=\"{Escape(title)}\">");
        svg.Append(Style).Append('\n');
        Line(svg, $"<text class=\"title\" x=\"0\" y=\"20\">{Escape(title)}</text>");
        Line(svg, $"<text class=\"note\" x=\"0\" y=\"42\">{Escape(note)}</text>");
        for (int i = 0; i < bars.Count; i++)
        {
            Bar bar = bars[i];
            int y = Top + (i * Pitch);
            double length = Math.Max(1, bar.Value / longest * (Width - LabelWidth - TextWidth));
            string weight = bar.IsOurs ? " class=\"bold\"" : "";
            Line(svg, $"<text{weight} x=\"{LabelWidth - 10}\" y=\"{y + 16}\" text-anchor=\"end\">{Escape(bar.Label)}</text>");
            Line(svg, $"<rect class=\"{(bar.IsOurs ? "ours" : "peer")}\" x=\"{LabelWidth}\" y=\"{y}\" width=\"{length:0.0}\" height=\"{BarHeight}\" rx=\"3\"/>");
            Line(svg, $"<text{weight} x=\"{LabelWidth + length + 8:0.0}\" y=\"{y + 16}\">{Escape(bar.Text)}</text>");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Escape(string text) => SvgText.Escape(text);

    private static void Line(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
