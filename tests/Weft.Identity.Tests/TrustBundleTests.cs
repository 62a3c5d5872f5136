using Xunit;

namespace Weft.Identity.Tests;

public sealed class TrustBundleTests
{
    [Fact]
    public void A_bundle_needs_a_trust_domain_and_readable_roots()
    {
        byte[] root = new TestChain().Root.RawData;
        Assert.Throws<FormatException>(() => new TrustBundle("Weft", [root]));
        Assert.Throws<FormatException>(() => new TrustBundle("weft", []));
        Assert.Throws<FormatException>(() => new TrustBundle("weft", [[1, 2, 3]]));
        Assert.Throws<FormatException>(() => new TrustBundle("weft", [.. Enumerable.Repeat(root, TrustBundle.MaxRoots + 1)]));
        Assert.Equal(root, new TrustBundle("weft", [root]).Roots[0]);
    }
}
