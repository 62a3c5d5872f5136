namespace Weft.Routing.Authorization;

/// <summary>Who asks. A peer without mutual TLS has neither identity nor namespace: it matches no list of them, and every "not" list.</summary>
internal sealed class SourceMatcher
{
    public TextPattern[] Identities { get; init; } = [];

    public TextPattern[] NotIdentities { get; init; } = [];

    public TextPattern[] Namespaces { get; init; } = [];

    public TextPattern[] NotNamespaces { get; init; } = [];

    public bool Matches(in PeerContext peer)
        => (Identities.Length == 0 || Any(Identities, peer.Identity))
            && !Any(NotIdentities, peer.Identity)
            && (Namespaces.Length == 0 || Any(Namespaces, peer.Namespace))
            && !Any(NotNamespaces, peer.Namespace);

    private static bool Any(TextPattern[] patterns, string? value)
    {
        if (value is null)
        {
            return false;
        }

        foreach (TextPattern pattern in patterns)
        {
            if (pattern.Matches(value))
            {
                return true;
            }
        }

        return false;
    }
}
