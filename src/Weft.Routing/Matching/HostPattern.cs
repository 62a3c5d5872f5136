using System.Text;

namespace Weft.Routing.Matching;

/// <summary>A host name of a route: exact, or "*." and a suffix that one or more labels must stand before (Gateway API, Hostname).</summary>
public sealed class HostPattern
{
    private readonly byte[] _text;
    private readonly bool _isWildcard;

    internal HostPattern(string hostname)
    {
        _isWildcard = hostname.StartsWith("*.", StringComparison.Ordinal);
        _text = Encoding.ASCII.GetBytes(_isWildcard ? hostname[1..] : hostname);
    }

    /// <param name="host">Without port; see <see cref="HostName.WithoutPort"/>.</param>
    public bool Matches(ReadOnlySpan<byte> host)
    {
        if (!_isWildcard)
        {
            return Ascii.EqualsIgnoreCase(host, _text);
        }

        return host.Length > _text.Length && Ascii.EqualsIgnoreCase(host[^_text.Length..], _text);
    }
}
