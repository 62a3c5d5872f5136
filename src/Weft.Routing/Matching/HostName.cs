namespace Weft.Routing.Matching;

/// <summary>The host part of an authority (RFC 3986, 3.2).</summary>
public static class HostName
{
    /// <summary>The host without port and without trailing dot; case is kept. An IPv6 literal keeps its brackets.</summary>
    public static ReadOnlySpan<byte> WithoutPort(ReadOnlySpan<byte> authority)
    {
        int colon = authority.LastIndexOf((byte)':');
        if (colon >= 0 && authority[colon..].IndexOf((byte)']') < 0 && authority[(colon + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
        {
            authority = authority[..colon];
        }

        return authority.EndsWith("."u8) ? authority[..^1] : authority;
    }
}
