using System.Text;

namespace Weft.Routing.Matching;

/// <summary>A host name of a route: exact, or "*." and a suffix that one or more labels must stand before (Gateway API, Hostname).</summary>
public sealed class HostPattern
{
    private readonly byte[] _text;

    internal HostPattern(string hostname)
    {
        IsWildcard = hostname.StartsWith("*.", StringComparison.Ordinal);
        Text = IsWildcard ? hostname[1..] : hostname;
        _text = Encoding.ASCII.GetBytes(Text);
    }

    internal bool IsWildcard { get; }

    /// <summary>The host, or what hosts end with.</summary>
    internal string Text { get; }

    /// <param name="host">Without port; see <see cref="HostName.WithoutPort"/>.</param>
    public bool Matches(ReadOnlySpan<byte> host)
    {
        if (!IsWildcard)
        {
            return Ascii.EqualsIgnoreCase(host, _text);
        }

        return host.Length > _text.Length && Ascii.EqualsIgnoreCase(host[^_text.Length..], _text);
    }
}
