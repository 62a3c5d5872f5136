using System.Globalization;
using System.Text;

namespace Weft.Model;

/// <summary>Durations as the Gateway API writes them (GEP-2257): one to four pairs of up to five digits and h, m, s or ms, as in "1m30s".</summary>
public static class GatewayDuration
{
    private const int PairsMax = 4;
    private const int DigitsMax = 5;

    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        long totalMs = 0;
        int pairs = 0;
        while (!text.IsEmpty && pairs++ < PairsMax)
        {
            int digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > DigitsMax)
            {
                break;
            }

            long number = long.Parse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            text = text[digits..];
            (int unitLength, long unitMs) = text switch
            {
                ['m', 's', ..] => (2, 1L),
                ['h', ..] => (1, 3_600_000L),
                ['m', ..] => (1, 60_000L),
                ['s', ..] => (1, 1_000L),
                _ => (0, 0L),
            };
            if (unitLength == 0)
            {
                break;
            }

            totalMs += number * unitMs;
            text = text[unitLength..];
            if (text.IsEmpty)
            {
                duration = TimeSpan.FromMilliseconds(totalMs);
                return true;
            }
        }

        duration = default;
        return false;
    }

    /// <summary>The shortest spelling of less than 100,000 hours, which is read back. Parts of a millisecond are cut.</summary>
    public static string Format(TimeSpan duration)
    {
        long ms = (long)duration.TotalMilliseconds;
        if (ms == 0)
        {
            return "0s";
        }

        StringBuilder text = new();
        Append(text, ms / 3_600_000, "h");
        Append(text, ms / 60_000 % 60, "m");
        Append(text, ms / 1_000 % 60, "s");
        Append(text, ms % 1_000, "ms");
        return text.ToString();
    }

    private static void Append(StringBuilder text, long number, string unit)
    {
        if (number > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{number}{unit}");
        }
    }
}
