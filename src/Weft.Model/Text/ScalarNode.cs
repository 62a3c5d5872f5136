using System.Buffers;
using System.Globalization;

namespace Weft.Model.Text;

/// <summary>A scalar: text as written, and whether it was quoted.</summary>
public sealed class ScalarNode : DocumentNode
{
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    internal ScalarNode(string value, bool quoted, int line, int column)
        : base(line, column)
    {
        Value = value;
        Type = quoted ? ScalarType.Text : Resolve(value);
    }

    public string Value { get; }

    public ScalarType Type { get; }

    public override string Description => Type switch
    {
        ScalarType.Null => "nothing",
        ScalarType.Boolean => "a boolean",
        ScalarType.Integer => "a number",
        ScalarType.Float => "a number with a fraction",
        _ => "text",
    };

    public static ScalarNode OfText(string value) => new(value, quoted: true, 0, 0);

    public static ScalarNode OfInteger(long value) => new(value.ToString(CultureInfo.InvariantCulture), quoted: false, 0, 0);

    /// <summary>Millionths as a percentage, as short as it can be written: 25,000 is 2.5.</summary>
    public static ScalarNode OfPercentage(int millionths) => new((millionths / 10_000m).ToString("0.####", CultureInfo.InvariantCulture), quoted: false, 0, 0);

    /// <summary>The tag that the core schema gives to a plain scalar (YAML 1.2.2, 10.3.2).</summary>
    internal static ScalarType Resolve(string value)
    {
        switch (value)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return ScalarType.Null;
            case "true" or "True" or "TRUE" or "false" or "False" or "FALSE":
                return ScalarType.Boolean;
            case ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF" or "-.inf" or "-.Inf" or "-.INF" or "+.inf" or "+.Inf" or "+.INF":
                return ScalarType.Float;
        }

        ReadOnlySpan<char> rest = value;
        if (rest[0] is '-' or '+')
        {
            rest = rest[1..];
        }

        if (rest.IsEmpty || !rest.ContainsAnyInRange('0', '9'))
        {
            return ScalarType.Text;
        }

        if (!rest.ContainsAnyExceptInRange('0', '9') || IsPrefixed(rest))
        {
            return ScalarType.Integer;
        }

        // A superset check is enough: double.Parse with these styles accepts exactly digits, one point and an exponent.
        bool isFloat = rest[0] is (>= '0' and <= '9') or '.'
            && double.TryParse(rest, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _);
        return isFloat ? ScalarType.Float : ScalarType.Text;
    }

    private static bool IsPrefixed(ReadOnlySpan<char> text)
        => text.Length > 2 && text[0] == '0'
            && ((text[1] == 'x' && !text[2..].ContainsAnyExcept(s_hexDigits))
                || (text[1] == 'o' && !text[2..].ContainsAnyExceptInRange('0', '7')));
}
