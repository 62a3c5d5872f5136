using Weft.Contracts.Mesh;
using Weft.Routing.Authorization;

namespace Weft.Routing.Tests.Authorization;

/// <summary>Policies as one would write them down: lists of texts, no compilation.</summary>
internal static class NaivePolicy
{
    internal static bool Allows(PolicySet set, PeerContext peer, (string Method, string Path)? request, uint port)
    {
        bool Matches(AuthorizationPolicy policy) => policy.Rules.Exists(rule =>
            (rule.From.Count == 0 || rule.From.Exists(f => Source(f, peer)))
            && (rule.To.Count == 0 || rule.To.Exists(t => Operation(t, request, port, policy.Action == PolicyAction.Deny))));

        if (set.Policies.Exists(p => p.Action == PolicyAction.Deny && Matches(p)))
        {
            return false;
        }

        List<AuthorizationPolicy> allow = set.Policies.FindAll(p => p.Action == PolicyAction.Allow);
        return allow.Count > 0 ? allow.Exists(Matches) : set.DefaultAction == DefaultAction.Allow;
    }

    private static bool Source(PolicySource s, PeerContext peer)
        => (s.Identities.Count == 0 || Any(s.Identities, peer.Identity)) && !Any(s.NotIdentities, peer.Identity)
            && (s.Namespaces.Count == 0 || Any(s.Namespaces, peer.Namespace)) && !Any(s.NotNamespaces, peer.Namespace);

    private static bool Operation(PolicyOperation o, (string Method, string Path)? request, uint port, bool deny)
    {
        if ((o.Ports.Count > 0 && !o.Ports.Contains(port)) || o.NotPorts.Contains(port))
        {
            return false;
        }

        if (request is not { } r)
        {
            return deny || o.Methods.Count + o.NotMethods.Count + o.Paths.Count + o.NotPaths.Count == 0;
        }

        return (o.Methods.Count == 0 || Any(o.Methods, r.Method)) && !Any(o.NotMethods, r.Method)
            && (o.Paths.Count == 0 || Any(o.Paths, r.Path)) && !Any(o.NotPaths, r.Path);
    }

    private static bool Any(List<string> patterns, string? value) => value is not null && patterns.Exists(p
        => p == "*" ? value.Length > 0
            : p.StartsWith('*') ? value.EndsWith(p[1..], StringComparison.Ordinal)
            : p.EndsWith('*') ? value.StartsWith(p[..^1], StringComparison.Ordinal)
            : value == p);
}
