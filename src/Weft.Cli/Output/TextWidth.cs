using System.Text;

namespace Weft.Cli.Output;

/// <summary>Columns that a text takes in a terminal, and text made safe for one.</summary>
internal static class TextWidth
{
    public static int Of(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += IsZeroWidth(rune) ? 0 : IsWide(rune.Value) ? 2 : 1;
        }

        return width;
    }

    /// <summary>Control characters, which could move the cursor or forge lines, become "?": names and reasons may come from afar.</summary>
    public static string Safe(string text, bool keepLines = false)
    {
        if (!text.Any(c => char.IsControl(c) && !(keepLines && c is '\n' or '\t')))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            safe.Append(char.IsControl(c) && !(keepLines && c is '\n' or '\t') ? '?' : c);
        }

        return safe.ToString();
    }

    private static bool IsZeroWidth(Rune rune)
        => Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark
            or System.Globalization.UnicodeCategory.Format;

    // East Asian wide and emoji blocks; enough for names that people really give.
    private static bool IsWide(int value)
        => value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0x1F300 and <= 0x1FAFF);
}
