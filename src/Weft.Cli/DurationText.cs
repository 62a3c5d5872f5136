using System.Globalization;

namespace Weft.Cli;

/// <summary>Durations as users write them: a whole number and a unit, several parts in a row ("1m30s").</summary>
internal static class DurationText
{
    /// <summary>Reads <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c> or a sum of them; a bare number, a sign or more than ten years is refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan value)
    {
        value = default;
        if (text.IsEmpty || text.Length > 32)
        {
            return false;
        }

        var total = 0L;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > 9)
            {
                return false;
            }

            var number = long.Parse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            var rest = text[digits..];
            var (unitMs, length) = Unit(rest);
            if (length == 0)
            {
                return false;
            }

            total += number * unitMs;
            if (total > 10L * 366 * 86_400_000)
            {
                return false;
            }

            text = rest[length..];
        }

        value = TimeSpan.FromMilliseconds(total);
        return true;
    }

    private static (long Ms, int Length) Unit(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("ms", StringComparison.Ordinal))
        {
            return (1, 2);
        }

        return text.IsEmpty ? (0, 0) : text[0] switch
        {
            's' => (1_000, 1),
            'm' => (60_000, 1),
            'h' => (3_600_000, 1),
            'd' => (86_400_000, 1),
            _ => (0, 0),
        };
    }
}
