using Weft.Contracts.Mesh;

namespace Weft.ControlPlane.Generation;

internal static class TrustBundleGenerator
{
    internal static TrustBundle? Generate(string trustDomain, Identity.TrustBundle bundle)
        => trustDomain == bundle.TrustDomain
            ? new TrustBundle { TrustDomain = trustDomain, Roots = [.. bundle.Roots] }
            : null;
}
