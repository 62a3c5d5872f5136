using Weft.ControlPlane.Status;

namespace Weft.ControlPlane.Serving;

/// <summary>Finds out which resources of a response a proxy refused. Weft's proxy writes one line <c>name: reason</c> for each and runs the others;
/// a client that says something else has refused the response as a whole.</summary>
internal static class RefusalReader
{
    internal static void Record(ProxyLedger ledger, List<DiscoveryResource> sent, string text)
    {
        string bounded = text.Length <= DiscoveryLimits.MaxReasonLength ? text : text[..DiscoveryLimits.MaxReasonLength];
        Dictionary<string, string> named = ReadNames(sent, bounded);
        foreach (DiscoveryResource resource in sent)
        {
            if (named.Count == 0)
            {
                ledger.Refuse(resource.Key, resource.Version, resource.Commit, bounded);
            }
            else if (named.TryGetValue(resource.Key.Name, out string? reason))
            {
                ledger.Refuse(resource.Key, resource.Version, resource.Commit, reason);
            }
            else
            {
                ledger.Confirm(resource.Key, resource.Version, resource.Commit);
            }
        }
    }

    private static Dictionary<string, string> ReadNames(List<DiscoveryResource> sent, string text)
    {
        HashSet<string> names = [.. sent.Select(resource => resource.Key.Name)];
        Dictionary<string, string> named = new(StringComparer.Ordinal);
        foreach (string line in text.Split('\n'))
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon > 0 && names.Contains(line[..colon]))
            {
                named[line[..colon]] = line[(colon + 2)..];
            }
        }

        return named;
    }
}
