using Weft.Contracts;

namespace Weft.ControlPlane.Serving;

/// <summary>What a proxy can subscribe to: a type and the name of a resource of that type.</summary>
internal readonly record struct DiscoveryKey(string TypeUrl, string Name)
{
    /// <summary>"Service/shop/cart": for people.</summary>
    public override string ToString() => TypeUrl[TypeUrls.Prefix.Length..] + "/" + Name;

    /// <summary>The instance of a known type URL that everyone shares, or null when the type is not served.</summary>
    internal static string? KnownType(string typeUrl)
    {
        foreach (string known in TypeUrls.All)
        {
            if (string.Equals(known, typeUrl, StringComparison.Ordinal))
            {
                return known;
            }
        }

        return null;
    }
}
