using Weft.Contracts;
using Weft.Identity;

namespace Weft.ControlPlane.Serving;

/// <summary>What a proxy may ask for: its own policy and telemetry, names as its own namespace sees them, and everything that callers need. What it may not see
/// does not exist for it.</summary>
internal sealed class ProxyScope(SpiffeId identity)
{
    private readonly string _service = identity.ServiceName!;
    private readonly string _hostSuffix = "@" + identity.Namespace;

    internal bool Allows(DiscoveryKey key) => key.TypeUrl switch
    {
        TypeUrls.PolicySet or TypeUrls.Telemetry => string.Equals(key.Name, _service, StringComparison.Ordinal),
        TypeUrls.Destination => !key.Name.StartsWith("host/", StringComparison.Ordinal) || key.Name.EndsWith(_hostSuffix, StringComparison.Ordinal),
        _ => true,
    };
}
