namespace Weft.Contracts.Flow;

/// <summary>
/// What never leaves a proxy in a record: credentials. The list is on unless somebody who may do so takes a name from it; a name that only looks
/// like a credential is redacted, too.
/// </summary>
public static class Redaction
{
    /// <summary>Stands in for what was taken out.</summary>
    public const string Mark = "***";

    /// <summary>Parts of names that only credentials have.</summary>
    private static readonly string[] Telling = ["token", "secret", "password", "passwd", "credential", "api-key", "apikey", "session", "signature", "csrf", "xsrf", "-auth"];

    private static readonly HashSet<string> Whole = new(StringComparer.OrdinalIgnoreCase)
    {
        "authorization",
        "proxy-authorization",
        "www-authenticate",
        "proxy-authenticate",
        "authentication-info",
        "cookie",
        "set-cookie",
        "x-api-key",
        "x-amz-security-token",
        "x-forwarded-client-cert",
        "x-goog-iap-jwt-assertion",
        "dpop",
    };

    /// <summary>Names of header fields whose values are redacted by default, beside those that look like them.</summary>
    public static IReadOnlyCollection<string> HeaderNames => Whole;

    /// <summary>Whether the value of a header field is kept out of records.</summary>
    public static bool IsSecretHeader(string name)
    {
        if (Whole.Contains(name))
        {
            return true;
        }

        foreach (string part in Telling)
        {
            if (name.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Copies a path with its query, the values of the query replaced: "/a?b=1&amp;c=2" becomes "/a?b=***&amp;c=***". A part without a name is
    /// replaced whole. What does not fit is cut.
    /// </summary>
    /// <returns>The bytes used.</returns>
    public static int CopyPath(ReadOnlySpan<byte> path, Span<byte> destination)
    {
        int query = path.IndexOf((byte)'?');
        ReadOnlySpan<byte> plain = query < 0 ? path : path[..query];
        int used = Copy(plain, destination);
        if (query < 0)
        {
            return used;
        }

        ReadOnlySpan<byte> rest = path[query..];
        while (!rest.IsEmpty && used < destination.Length)
        {
            destination[used++] = rest[0];
            rest = rest[1..];
            int end = rest.IndexOfAny((byte)'&', (byte)';');
            ReadOnlySpan<byte> part = end < 0 ? rest : rest[..end];
            int equals = part.IndexOf((byte)'=');
            if (equals >= 0)
            {
                used += Copy(part[..(equals + 1)], destination[used..]);
            }

            if (part.Length > equals + 1)
            {
                used += Copy("***"u8, destination[used..]);
            }

            rest = rest[part.Length..];
        }

        return used;
    }

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        int length = Math.Min(from.Length, to.Length);
        if (length < from.Length)
        {
            // A character of several bytes is not cut in half.
            while (length > 0 && (from[length] & 0xC0) == 0x80)
            {
                length--;
            }
        }

        from[..length].CopyTo(to);
        return length;
    }
}
