using System.Text.RegularExpressions;

namespace Weft.Model.Reading;

/// <summary>Syntax of HTTP's own words, and of patterns.</summary>
internal static class TokenRules
{
    public const int RegexCharsMax = 1024;

    /// <summary>A token (RFC 9110, 5.6.2): names of header fields and methods.</summary>
    public static bool IsToken(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 256)
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A field value (RFC 9110, 5.5) without control bytes and without blanks at its ends.</summary>
    public static bool IsFieldValue(string text)
        => text.Length == text.AsSpan().Trim(" \t").Length && !text.AsSpan().ContainsAnyInRange('\0', '\u0008')
            && !text.AsSpan().ContainsAnyInRange('\u000a', '\u001f') && !text.Contains('\u007f');

    /// <summary>Checks a pattern with the linear engine, which knows no look-around and no back-references. Null when it is good.</summary>
    public static string? RegexFault(string pattern)
    {
        if (pattern.Length > RegexCharsMax)
        {
            return $"a pattern has at most {RegexCharsMax} characters";
        }

        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return null;
        }
        catch (RegexParseException fault)
        {
            return fault.Message;
        }
        catch (NotSupportedException)
        {
            return "the linear engine knows no look-around, no back-references and no atomic groups, and bounds the size of a pattern";
        }
    }
}
