using System.Text.RegularExpressions;
using Weft.ControlPlane.Status;

namespace Weft.ControlPlane.Serving;

/// <summary>Finds out which resources of a response a proxy refused. Weft's proxy writes <c>name: reason</c> for each, with "; " between them, and runs
/// the others; a client that says something else has refused the response as a whole.</summary>
internal static partial class RefusalReader
{
    internal static void Record(ProxyLedger ledger, List<DiscoveryResource> sent, string text)
    {
        string bounded = text.Length <= DiscoveryLimits.MaxReasonLength ? text : text[..DiscoveryLimits.MaxReasonLength];
        Dictionary<string, string> named = ReadNames(sent, bounded, out bool isComplete);
        foreach (DiscoveryResource resource in sent)
        {
            if (named.TryGetValue(resource.Key.Name, out string? reason))
            {
                ledger.Refuse(resource.Key, resource.Version, resource.Commit, reason);
            }
            else if (named.Count == 0 || !isComplete)
            {
                ledger.Refuse(resource.Key, resource.Version, resource.Commit, bounded);
            }
            else
            {
                ledger.Confirm(resource.Key, resource.Version, resource.Commit);
            }
        }
    }

    /// <param name="sent">The resources of the response.</param>
    /// <param name="text">What the proxy said.</param>
    /// <param name="isComplete">False when the text does not name all: whoever is not named may be among the refused.</param>
    private static Dictionary<string, string> ReadNames(List<DiscoveryResource> sent, string text, out bool isComplete)
    {
        isComplete = text.Length < DiscoveryLimits.MaxReasonLength;
        HashSet<string> names = [.. sent.Select(resource => resource.Key.Name)];
        Dictionary<string, string> named = new(StringComparer.Ordinal);
        string last = "";
        foreach (string part in text.Split("; "))
        {
            int colon = part.IndexOf(": ", StringComparison.Ordinal);
            if (colon > 0 && names.Contains(part[..colon]))
            {
                last = part[..colon];
                named[last] = part[(colon + 2)..];
            }
            else if (More().IsMatch(part))
            {
                isComplete = false;
            }
            else if (last.Length > 0)
            {
                // The reason itself had a semicolon.
                named[last] += "; " + part;
            }
        }

        return named;
    }

    [GeneratedRegex("^and [0-9]+ more$", RegexOptions.CultureInvariant)]
    private static partial Regex More();
}
