using Weft.Bench.Drawing;
using Xunit;

namespace Weft.Samples.Tests.Bench;

public sealed class TerminalScreenTests
{
    [Fact]
    public void A_line_that_is_written_again_shows_its_last_text()
        => Assert.Equal(["done", ""], Text("\r\x1b[2Kwait 1\r\x1b[2Kwait 2\r\x1b[2Kdone\r\n"));

    [Fact]
    public void A_table_that_is_drawn_over_itself_shows_its_last_rows()
        => Assert.Equal(["head", "c 3", "d 4"], Text("head\r\na 1\r\nb 2\x1b[1A\rc 3\r\nd 4"));

    [Fact]
    public void A_live_view_is_shown_as_it_was_before_the_cursor_came_back()
        => Assert.Equal(["start", "live", ""], Text("start\r\n\x1b[?25llive\r\n\x1b[?25hend"));

    [Fact]
    public void Colours_last_until_they_are_taken_back()
    {
        TerminalScreen screen = TerminalScreen.After("\x1b[38;5;2mok\x1b[0m \x1b[2;91mdim");
        Assert.Equal([new Pen(2, false, false), new Pen(2, false, false), default, new Pen(9, false, true)], screen.Rows[0].Take(4).Select(cell => cell.Pen));
    }

    [Theory]
    [InlineData("abcd\x1b[2D\x1b[K", "ab")]
    [InlineData("abcd\x1b[2D\x1b[1K", "   d")]
    [InlineData("ab\x1b[2Ccd", "ab  cd")]
    [InlineData("abcd\x1b[2GX", "aXcd")]
    [InlineData("ab\x1b[", "ab")]
    [InlineData("ab\x1b", "ab")]
    public void Movement_and_erasing_follow_the_standard(string output, string row) => Assert.Equal([row], Text(output));

    [Fact]
    public void What_is_erased_below_is_gone() => Assert.Equal(["a", "b"], Text("a\r\nb\r\nc\r\nd\x1b[2A\x1b[J"));

    [Fact]
    public void A_picture_escapes_what_would_be_markup()
    {
        string picture = TerminalPicture.Draw(TerminalScreen.After("a<b & \"c\""), "a \"title\"");
        Assert.Contains(">a&lt;b &amp; &quot;c&quot;</text>", picture, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"a &quot;title&quot;\"", picture, StringComparison.Ordinal);
    }

    private static string[] Text(string output) => [.. TerminalScreen.After(output).Rows.Select(row => string.Concat(row.Select(cell => cell.Rune.ToString())))];
}
