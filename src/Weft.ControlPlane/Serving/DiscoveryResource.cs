using System.Security.Cryptography;
using Weft.Contracts.Discovery;

namespace Weft.ControlPlane.Serving;

/// <summary>One resource as it is sent. Immutable.</summary>
/// <param name="Key">Type and name.</param>
/// <param name="Body">The encoded message; null when the resource does not exist.</param>
/// <param name="Version">Hash of the content: equal content has an equal version on every server and after every restart. Empty without body.</param>
/// <param name="Commit">The commit that was applied when the content was made.</param>
internal sealed record DiscoveryResource(DiscoveryKey Key, AnyMessage? Body, string Version, long Commit)
{
    private const int VersionBytes = 12;

    internal bool Exists => Body is not null;

    internal int Length => (Body?.Value.Length ?? 0) + Key.Name.Length + 64;

    internal static DiscoveryResource Create(DiscoveryKey key, byte[]? content, long commit)
    {
        if (content is null)
        {
            return new DiscoveryResource(key, null, "", commit);
        }

        string version = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, VersionBytes));
        return new DiscoveryResource(key, new AnyMessage(key.TypeUrl, content), version, commit);
    }
}
