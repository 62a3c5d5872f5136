namespace Weft.Model.Reading;

/// <summary>Names as Kubernetes and the DNS allow them.</summary>
public static class DnsName
{
    public const int LabelCharsMax = 63;
    public const int NameCharsMax = 253;

    /// <summary>Lower-case letters, digits and "-", starting and ending with a letter or digit (RFC 1123, 2.1), at most 63.</summary>
    public static bool IsLabel(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LabelCharsMax || text[0] == '-' || text[^1] == '-')
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Labels joined by dots, at most 253 characters.</summary>
    public static bool IsSubdomain(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > NameCharsMax)
        {
            return false;
        }

        foreach (Range part in text.Split('.'))
        {
            if (!IsLabel(text[part]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A host name that no address looks like: there is a letter in its last label (RFC 1123, 2.1).</summary>
    public static bool IsHost(ReadOnlySpan<char> text)
        => IsSubdomain(text) && text[(text.LastIndexOf('.') + 1)..].ContainsAnyInRange('a', 'z');

    /// <summary>A host name, or "*." and a host name as the first label of a wildcard (Gateway API, Hostname).</summary>
    public static bool IsHostname(ReadOnlySpan<char> text)
        => IsSubdomain(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text);

    /// <summary>A key of a label or annotation: an optional DNS prefix and "/", then at most 63 of letters, digits, "-", "_" and ".".</summary>
    public static bool IsLabelKey(ReadOnlySpan<char> text)
    {
        int slash = text.IndexOf('/');
        return slash < 0 ? IsLabelWord(text) : IsSubdomain(text[..slash]) && IsLabelWord(text[(slash + 1)..]);
    }

    /// <summary>A value of a label: empty, or at most 63 of letters, digits, "-", "_" and ".".</summary>
    public static bool IsLabelValue(ReadOnlySpan<char> text) => text.IsEmpty || IsLabelWord(text);

    private static bool IsLabelWord(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LabelCharsMax || !char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1]))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
