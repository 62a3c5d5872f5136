using System.Globalization;

namespace Weft.Contracts.Flow;

/// <summary>Numbers with units, as filters write them.</summary>
internal static class FilterQuantity
{
    private static readonly (string Unit, double Factor)[] Durations = [("us", 1), ("ms", 1e3), ("s", 1e6), ("m", 60e6), ("h", 3_600e6)];

    private static readonly (string Unit, double Factor)[] Sizes =
    [
        ("", 1), ("B", 1), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("KiB", 1_024), ("MiB", 1_048_576), ("GiB", 1_073_741_824),
    ];

    private static readonly (string Unit, double Factor)[] Shares = [("", 1), ("%", 0.01)];

    private static readonly (string Unit, double Factor)[] Plain = [("", 1)];

    /// <summary>What a value of that kind looks like, for errors.</summary>
    public static string Example(FilterKind kind) => kind switch
    {
        FilterKind.Duration => "a time such as 200ms (us, ms, s, m, h)",
        FilterKind.Size => "a size such as 1KB (B, KB, MB, GB, KiB, MiB, GiB)",
        FilterKind.Share => "a share such as 1% or 0.01",
        FilterKind.Flag => "true or false",
        FilterKind.Number => "a number",
        FilterKind.Hex => "hexadecimal digits",
        _ => "a text",
    };

    public static bool TryRead(string text, FilterKind kind, out double value)
    {
        int digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
        {
            digits++;
        }

        value = 0;
        if (digits == 0 || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
        {
            return false;
        }

        ReadOnlySpan<char> unit = text.AsSpan(digits);
        foreach ((string name, double factor) in Units(kind))
        {
            if (unit.SequenceEqual(name))
            {
                // Of a hundred, not times a hundredth: 1% is exactly what 0.01 is.
                value = factor == 0.01 ? number / 100 : number * factor;
                return true;
            }
        }

        return false;
    }

    private static (string Unit, double Factor)[] Units(FilterKind kind) => kind switch
    {
        FilterKind.Duration => Durations,
        FilterKind.Size => Sizes,
        FilterKind.Share => Shares,
        _ => Plain,
    };
}
