using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Weft.Identity.Tests;

public sealed class PeerVerifierTests
{
    private readonly TestChain _chain = new();

    [Theory]
    [InlineData(PeerRole.Client)]
    [InlineData(PeerRole.Server)]
    public void A_correct_certificate_proves_its_identity(PeerRole role)
    {
        PeerVerdict verdict = _chain.Verify(_chain.Leaf(), role);
        Assert.True(verdict.IsAccepted, verdict.Detail);
        Assert.Equal("shop/cart", verdict.Identity.ServiceName);
    }

    [Fact]
    public void A_dns_name_beside_the_uri_is_allowed()
    {
        X509Certificate2 leaf = _chain.Leaf(l => l.Names =
            [SubjectNames.Encode(SpiffeId.Parse("spiffe://weft.local/ns/a/svc/b"), ["localhost"], [System.Net.IPAddress.Loopback], false)]);
        Assert.True(_chain.Verify(leaf).IsAccepted);
    }

    [Fact]
    public void Every_broken_rule_is_named()
    {
        Check(PeerFault.NotOneUriName, l => l.Names = []);
        Check(PeerFault.NotOneUriName, l => l.Names = [LeafShape.Uris()]);
        Check(PeerFault.NotOneUriName, l => l.Names = [LeafShape.Uris("spiffe://weft.local/ns/a/svc/b", "spiffe://weft.local/ns/a/svc/c")]);
        Check(PeerFault.NotOneUriName, l => l.Names = [LeafShape.Uris("spiffe://weft.local/ns/a/svc/b", "spiffe://weft.local/ns/a/svc/b")]);
        Check(PeerFault.MalformedNames, l => l.Names = [new X509Extension(new Oid(SubjectNames.Oid), [0x30, 0x05, 0x86], false)]);
        Check(PeerFault.NotSpiffeId, l => l.Names = [LeafShape.Uris("https://weft.local/ns/a/svc/b")]);
        Check(PeerFault.NotSpiffeId, l => l.Names = [LeafShape.Uris("spiffe://weft.local/ns/a/svc/b\0.evil")]);
        Check(PeerFault.ForeignTrustDomain, l => l.Names = [LeafShape.Uris("spiffe://other.local/ns/a/svc/b")]);
        Check(PeerFault.NotWorkload, l => l.Names = [LeafShape.Uris("spiffe://weft.local")]);
        Check(PeerFault.AuthorityAsLeaf, l => l.IsAuthority = true);
        Check(PeerFault.WrongKeyUsage, l => l.KeyUsage = null);
        Check(PeerFault.WrongKeyUsage, l => l.KeyUsage = X509KeyUsageFlags.KeyEncipherment);
        Check(PeerFault.WrongKeyUsage, l => l.KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign);
        Check(PeerFault.WrongPurpose, l => l.Purposes = null);
        Check(PeerFault.WrongPurpose, l => l.Purposes = [LeafShape.ServerAuth]);
        Check(PeerFault.OutsideValidity, l => l.NotAfter = TestChain.Now.AddSeconds(-1));
        Check(PeerFault.OutsideValidity, l => l.NotBefore = TestChain.Now.AddSeconds(1));
    }

    [Fact]
    public void A_chain_of_a_foreign_authority_with_our_names_is_not_trusted()
    {
        var foreign = new TestChain();
        PeerVerdict verdict = PeerVerifier.Verify(foreign.Leaf(), [foreign.Issuer, foreign.Root], _chain.Bundle, PeerRole.Client, TestChain.Now);
        Assert.Equal(PeerFault.Untrusted, verdict.Fault);
    }

    [Fact]
    public void A_leaf_without_its_issuer_is_not_trusted()
        => Assert.Equal(PeerFault.Untrusted, PeerVerifier.Verify(_chain.Leaf(), [], _chain.Bundle, PeerRole.Client, TestChain.Now).Fault);

    [Fact]
    public void An_expired_issuer_spoils_its_leaves()
    {
        var chain = new TestChain(issuerNotAfter: TestChain.Now.AddDays(-1));
        Assert.Equal(PeerFault.Untrusted, chain.Verify(chain.Leaf()).Fault);
    }

    [Fact]
    public void A_leaf_cannot_issue()
    {
        using ECDsa leafKey = CertificateRequestBuilder.CreateKey();
        X509Certificate2 middle = _chain.Leaf();
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        var request = new CertificateRequest("CN=forged", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(LeafShape.Uris("spiffe://weft.local/ns/shop/svc/admin"));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(LeafShape.ClientAuth)], false));
        X509Certificate2 forged = request.Create(
            middle.SubjectName, X509SignatureGenerator.CreateForECDsa(leafKey), TestChain.Now.AddMinutes(-1), TestChain.Now.AddMinutes(1), [5]);
        PeerVerdict verdict = PeerVerifier.Verify(forged, [middle, _chain.Issuer], _chain.Bundle, PeerRole.Client, TestChain.Now);
        Assert.Equal(PeerFault.Untrusted, verdict.Fault);
    }

    [Fact]
    public void A_pile_of_certificates_is_refused_before_any_work()
    {
        X509Certificate2[] pile = [.. Enumerable.Repeat(_chain.Issuer, PeerVerifier.MaxIntermediates + 2)];
        Assert.Equal(PeerFault.ChainTooLong, PeerVerifier.Verify(_chain.Leaf(), pile, _chain.Bundle, PeerRole.Client, TestChain.Now).Fault);
    }

    [Fact]
    public void The_time_is_the_callers()
    {
        X509Certificate2 leaf = _chain.Leaf();
        Assert.True(PeerVerifier.Verify(leaf, [_chain.Issuer], _chain.Bundle, PeerRole.Client, TestChain.Now.AddMinutes(59)).IsAccepted);
        Assert.Equal(
            PeerFault.OutsideValidity, PeerVerifier.Verify(leaf, [_chain.Issuer], _chain.Bundle, PeerRole.Client, TestChain.Now.AddMinutes(61)).Fault);
    }

    private void Check(PeerFault expected, Action<LeafShape> change)
    {
        PeerVerdict verdict = _chain.Verify(_chain.Leaf(change));
        Assert.Equal(expected, verdict.Fault);
        Assert.False(verdict.IsAccepted);
    }
}
