using Weft.Cli.Output;

namespace Weft.Cli.Top;

/// <summary>Draws <c>weft top</c> as lines of a screen.</summary>
internal static class TopPicture
{
    private const string Keys = "s/S sort   r reverse   g/G group   / filter   space pause   ? help   q quit";

    /// <summary>Lines around the table: what is chosen, its heading, and the last one.</summary>
    private const int OtherLines = 3;

    /// <summary>Rows that a screen has place for; at least one.</summary>
    public static int RowsFor(int screenRows) => Math.Max(1, screenRows - OtherLines);

    /// <summary>At most as many lines as the screen has, none wider than it.</summary>
    /// <param name="state">What is chosen.</param>
    /// <param name="table">The rows, as many as fit.</param>
    /// <param name="isWide">Whether wide columns are shown.</param>
    /// <param name="note">What else there is to say; an error of the control plane.</param>
    /// <param name="at">When the rows were read.</param>
    /// <param name="style">How it may be drawn.</param>
    /// <param name="columns">Width of the screen.</param>
    /// <param name="rows">Its height.</param>
    public static IReadOnlyList<string> Draw(TopState state, TextTable table, bool isWide, Cell? note, DateTimeOffset at, TerminalStyle style, int columns, int rows)
    {
        var lines = new List<string> { style.Paint(Tone.Strong, Fit(Chosen(state, at, style), columns)) };
        lines.AddRange(FittedTable.Write(table, isWide, style, columns));
        var last = Last(state, note);
        var most = Math.Max(1, rows - 1);
        if (lines.Count > most)
        {
            lines.RemoveRange(most, lines.Count - most);
        }

        if (rows > 1)
        {
            lines.Add(style.Paint(last.Tone, Fit(last.Text, columns)));
        }

        return lines;
    }

    /// <summary>The mark behind the heading by which rows stand.</summary>
    public static string MarkOf(TopState state, TerminalStyle style)
        => (state.Sort == "name") == state.IsReversed ? style.Unicode ? "▼" : "v" : style.Unicode ? "▲" : "^";

    private static string Chosen(TopState state, DateTimeOffset at, TerminalStyle style)
        => $"weft top   by {state.By}   sort {state.Sort}{MarkOf(state, style)}{(state.Filter.Length > 0 ? $"   filter {state.Filter}" : "")}   {Units.Timestamp(at)}{(state.IsPaused ? "   PAUSED" : "")}";

    private static Cell Last(TopState state, Cell? note) => state switch
    {
        { Fault: { } fault } => new Cell($"filter: {state.Prompt}   {fault}", Tone.Bad),
        { Prompt: { } typed } => new Cell($"filter: {typed}_   Enter applies, Esc leaves, Ctrl-U clears; fields: weft help filters"),
        { HasHelp: true } => new Cell(Keys),
        _ when note is { } given => given,
        _ => new Cell("? help   q quit", Tone.Dim),
    };

    /// <summary>Without control characters, and cut where the line ends.</summary>
    private static string Fit(string text, int columns) => FittedTable.Cut(TextWidth.Safe(text), columns, "");
}
