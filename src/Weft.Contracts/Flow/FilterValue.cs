using System.Text;

namespace Weft.Contracts.Flow;

/// <summary>A value that a field is compared with, in every form that comparing needs.</summary>
internal sealed class FilterValue
{
    private FilterValue(string shown) => Shown = shown;

    /// <summary>As a filter writes it.</summary>
    public string Shown { get; }

    public double Number { get; private init; }

    public string Characters { get; private init; } = "";

    public byte[] Utf8 { get; private init; } = [];

    /// <summary>Of a pattern: what must stand between its asterisks.</summary>
    public FilterValue[] Pieces { get; private init; } = [];

    /// <summary>Whether it names a service without its namespace.</summary>
    public bool IsBareName => !Characters.Contains('/', StringComparison.Ordinal);

    public static FilterValue OfNumber(double number, string shown) => new(shown) { Number = number };

    public static FilterValue OfText(string text) => new(Quote(text)) { Characters = text, Utf8 = Encoding.UTF8.GetBytes(text) };

    public static FilterValue OfHex(string digits) => new(Quote(digits)) { Utf8 = Convert.FromHexString(digits) };

    public static FilterValue OfPattern(string pattern) => new(Quote(pattern)) { Characters = pattern, Pieces = [.. pattern.Split('*').Select(OfText)] };

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
