namespace Weft.Bench.Drawing;

/// <summary>How a character of a terminal looks.</summary>
/// <param name="Colour">Index into the sixteen basic colours; null: the terminal's own.</param>
internal readonly record struct Pen(int? Colour, bool IsBold, bool IsDim)
{
    private const int Bright = 8;
    private const int BasicColours = 16;

    /// <summary>Follows "select graphic rendition" (ECMA-48, 8.3.117) as far as command lines use it.</summary>
    public Pen Select(ReadOnlySpan<int> codes)
    {
        Pen pen = this;
        for (int i = 0; i < codes.Length; i++)
        {
            int code = codes[i];
            if (code is 38 or 48 && i + 2 < codes.Length && codes[i + 1] == 5)
            {
                // 256 colours: the first sixteen are the basic ones; the background stays.
                pen = code == 38 && codes[i + 2] < BasicColours ? pen with { Colour = codes[i + 2] } : pen;
                i += 2;
                continue;
            }

            pen = code switch
            {
                0 => default,
                1 => pen with { IsBold = true },
                2 => pen with { IsDim = true },
                22 => pen with { IsBold = false, IsDim = false },
                >= 30 and <= 37 => pen with { Colour = code - 30 },
                >= 90 and <= 97 => pen with { Colour = code - 90 + Bright },
                39 => pen with { Colour = null },
                _ => pen,
            };
        }

        return pen;
    }
}
