using Spectre.Console;
using Spectre.Console.Rendering;

namespace Weft.Cli.Output;

/// <summary>The same table for a terminal: Spectre cuts long cells to the width and paints tones.</summary>
internal static class SpectreTable
{
    public static void Write(TextTable table, TextWriter writer, bool wide, TerminalStyle style, int width)
        => Console(writer, style, width).Write(Render(table, wide));

    public static IRenderable Render(TextTable table, bool wide)
    {
        var drawn = new Table { Border = TableBorder.None, ShowRowSeparators = false };
        var visible = table.Visible(wide);
        for (var i = 0; i < visible.Count; i++)
        {
            var column = table.Columns[visible[i]];
            drawn.AddColumn(new TableColumn(new Text(column.Name, StyleOf(Tone.Dim)) { Overflow = Overflow.Ellipsis })
            {
                Alignment = column.Right ? Justify.Right : Justify.Left,
                NoWrap = true,
                Padding = new Padding(0, 0, i + 1 < visible.Count ? 2 : 0, 0),
            });
        }

        foreach (var row in table.Rows)
        {
            drawn.AddRow(visible.Select(i => (IRenderable)new Text(TextWidth.Safe(row[i].Text), StyleOf(row[i].Tone)) { Overflow = Overflow.Ellipsis }));
        }

        return drawn;
    }

    /// <summary>A console over our own writer, with colour and symbols as decided, so that Spectre looks at nothing itself.</summary>
    public static IAnsiConsole Console(TextWriter writer, TerminalStyle style, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = style.Interactive || style.Color ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = style.Color ? ColorSystemSupport.EightBit : ColorSystemSupport.NoColors,
            Interactive = style.Interactive ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width > 0 ? width : 160;
        console.Profile.Capabilities.Unicode = style.Unicode;
        return console;
    }

    public static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Good => new Style(foreground: Color.Green),
        Tone.Warning => new Style(foreground: Color.Yellow),
        Tone.Bad => new Style(foreground: Color.Red, decoration: Decoration.Bold),
        Tone.Dim => new Style(decoration: Decoration.Dim),
        Tone.Strong => new Style(decoration: Decoration.Bold),
        _ => Style.Plain,
    };
}
