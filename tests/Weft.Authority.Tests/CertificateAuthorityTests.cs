using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weft.Identity;
using Xunit;

namespace Weft.Authority.Tests;

public sealed class CertificateAuthorityTests
{
    private static readonly SpiffeId Cart = SpiffeId.ForWorkload("weft.local", "shop", "cart");
    private readonly MemoryAuthorityStore _store = new();
    private readonly ManualTime _time = new();

    [Fact]
    public void An_issued_certificate_passes_the_peer_rules_for_both_roles()
    {
        using CertificateAuthority authority = Open();
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        IssuedCertificate issued = authority.Issue(CertificateRequestBuilder.Build(key, null), Cart);
        Assert.Equal(2, issued.Chain.Count);
        Assert.Equal(_time.Now.AddHours(24), issued.NotAfter);
        foreach (PeerRole role in Enum.GetValues<PeerRole>())
        {
            PeerVerdict verdict = Verify(authority, issued, role);
            Assert.True(verdict.IsAccepted, verdict.Detail);
            Assert.Equal(Cart, verdict.Identity);
        }
    }

    [Fact]
    public void A_leaf_has_the_shape_that_spiffe_asks_for()
    {
        using CertificateAuthority authority = Open();
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(authority.Issue(CertificateRequestBuilder.Build(key, Cart), Cart).Chain[0]);
        Assert.Equal("", leaf.Subject);
        Assert.True(leaf.Extensions[SubjectNames.Oid]!.Critical);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.False(leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(2, leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Count);
        Assert.Equal(_time.Now.AddMinutes(-5), leaf.NotBefore.ToUniversalTime());
        Assert.InRange(leaf.SerialNumberBytes.Length, 16, 17);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), leaf.PublicKey.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void What_a_request_asks_for_is_ignored()
    {
        using CertificateAuthority authority = Open();
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        var request = new CertificateRequest("CN=admin", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(SubjectNames.Encode(SpiffeId.ForWorkload("weft.local", "shop", "admin"), ["evil"], [], false));
        IssuedCertificate issued = authority.Issue(request.CreateSigningRequest(), Cart);
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(issued.Chain[0]);
        Assert.Equal(PeerFault.None, SubjectNames.ReadSoleUri(leaf, out byte[] uri));
        Assert.Equal(Cart.ToString(), System.Text.Encoding.ASCII.GetString(uri));
        Assert.DoesNotContain("evil", System.Text.Encoding.Latin1.GetString(leaf.RawData), StringComparison.Ordinal);
        Assert.True(Verify(authority, issued, PeerRole.Client).IsAccepted);
    }

    [Fact]
    public void Accepted_key_kinds_are_P256_P384_and_rsa_of_2048_bits_and_more()
    {
        using CertificateAuthority authority = Open();
        using ECDsa p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using RSA rsa = RSA.Create(2048);
        Assert.True(Verify(authority, authority.Issue(CertificateRequestBuilder.Build(p384, null), Cart), PeerRole.Client).IsAccepted);
        Assert.True(Verify(authority, authority.Issue(RsaRequest(rsa), Cart), PeerRole.Client).IsAccepted);

        using ECDsa p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        using RSA small = RSA.Create(1024);
        Assert.Throws<CertificateRefusedException>(() => authority.Issue(CertificateRequestBuilder.Build(p521, null), Cart));
        Assert.Throws<CertificateRefusedException>(() => authority.Issue(RsaRequest(small), Cart));
    }

    [Fact]
    public void A_request_that_its_key_did_not_sign_is_refused()
    {
        using CertificateAuthority authority = Open();
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        byte[] csr = CertificateRequestBuilder.Build(key, null);
        csr[^1] ^= 1;
        Assert.Throws<CertificateRefusedException>(() => authority.Issue(csr, Cart));
    }

    [Fact]
    public void Damaged_requests_are_refused_whatever_the_damage()
    {
        using CertificateAuthority authority = Open();
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        byte[] csr = CertificateRequestBuilder.Build(key, Cart);
        var random = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. csr];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Throws<CertificateRefusedException>(() => authority.Issue(damaged, Cart));
            Assert.Throws<CertificateRefusedException>(() => authority.Issue(csr.AsSpan(0, random.Next(csr.Length)), Cart));
        }

        Assert.Throws<CertificateRefusedException>(() => authority.Issue(new byte[RequestLimit + 1], Cart));
        Assert.Throws<CertificateRefusedException>(() => authority.Issue([.. csr, 0], Cart));
    }

    [Fact]
    public void Identities_of_other_trust_domains_are_never_granted()
    {
        using CertificateAuthority authority = Open();
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        byte[] csr = CertificateRequestBuilder.Build(key, null);
        Assert.Throws<CertificateRefusedException>(() => authority.Issue(csr, SpiffeId.ForWorkload("other", "shop", "cart")));
    }

    [Fact]
    public void Keys_and_root_survive_a_restart()
    {
        RootPin pin;
        IssuedCertificate before;
        using (CertificateAuthority first = Open())
        {
            pin = first.Pin;
            using ECDsa key = CertificateRequestBuilder.CreateKey();
            before = first.Issue(CertificateRequestBuilder.Build(key, null), Cart);
        }

        using CertificateAuthority second = Open();
        Assert.Equal(pin, second.Pin);
        Assert.True(Verify(second, before, PeerRole.Client).IsAccepted);
    }

    [Fact]
    public void A_store_that_lost_half_a_pair_or_belongs_to_another_mesh_is_refused_with_a_reason()
    {
        Open().Dispose();
        var other = new AuthorityOptions { TrustDomain = "other.local" };
        InvalidOperationException foreign = Assert.Throws<InvalidOperationException>(() => CertificateAuthority.Open(_store, other, _time));
        Assert.Contains("weft.local", foreign.Message, StringComparison.Ordinal);
        byte[] root = _store.Values["root.key"];
        _store.Values["root.key"] = _store.Values["issuer.key"];
        Assert.Contains("belong together", Assert.Throws<InvalidOperationException>(() => Open()).Message, StringComparison.Ordinal);
        _store.Values.Remove("root.key");
        Assert.Contains("only one", Assert.Throws<InvalidOperationException>(() => Open()).Message, StringComparison.Ordinal);
        _store.Values["root.key"] = root;
        Open().Dispose();
    }

    [Fact]
    public void The_issuer_is_replaced_before_it_expires_and_old_leaves_stay_valid()
    {
        using CertificateAuthority authority = Open();
        DateTimeOffset first = authority.IssuerNotAfter;
        Assert.False(authority.RotateIfDue());
        _time.Now = first.AddDays(-100);
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        IssuedCertificate before = authority.Issue(CertificateRequestBuilder.Build(key, null), Cart);
        Assert.True(authority.RotateIfDue());
        Assert.False(authority.RotateIfDue());
        Assert.True(authority.IssuerNotAfter > first);
        IssuedCertificate after = authority.Issue(CertificateRequestBuilder.Build(key, null), Cart);
        Assert.NotEqual(before.Chain[1], after.Chain[1]);
        Assert.True(Verify(authority, before, PeerRole.Client).IsAccepted);
        Assert.True(Verify(authority, after, PeerRole.Client).IsAccepted);
    }

    [Fact]
    public void Leaves_of_seconds_are_possible_and_expire()
    {
        using var authority = CertificateAuthority.Open(
            _store, new AuthorityOptions { TrustDomain = "weft.local", LeafLifetime = TimeSpan.FromSeconds(3) }, _time);
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        IssuedCertificate issued = authority.Issue(CertificateRequestBuilder.Build(key, null), Cart);
        Assert.True(Verify(authority, issued, PeerRole.Client).IsAccepted);
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(issued.Chain[0]);
        Assert.InRange(leaf.NotBefore.ToUniversalTime(), _time.Now.UtcDateTime.AddSeconds(-1), _time.Now.UtcDateTime);
        _time.Now = _time.Now.AddSeconds(4);
        Assert.Equal(PeerFault.OutsideValidity, Verify(authority, issued, PeerRole.Client).Fault);
    }

    [Fact]
    public void The_servers_certificate_has_its_identity_and_its_names()
    {
        using CertificateAuthority authority = Open();
        using ServerCertificate server = authority.IssueServerCertificate(
            SpiffeId.ForWorkload("weft.local", "weft", "control-plane"), ["localhost"], [IPAddress.Loopback, IPAddress.IPv6Loopback]);
        Assert.True(server.Leaf.HasPrivateKey);
        Assert.True(server.Leaf.MatchesHostname("localhost"));
        Assert.True(server.Leaf.MatchesHostname("127.0.0.1"));
        PeerVerdict verdict = PeerVerifier.Verify(server.Leaf, [server.Issuer], authority.Bundle, PeerRole.Server, _time.Now);
        Assert.Equal("weft/control-plane", verdict.Identity?.ServiceName);
        Assert.True(authority.Pin.Matches(server.Root.RawData));
    }

    private const int RequestLimit = 16 * 1024;

    private CertificateAuthority Open() => CertificateAuthority.Open(_store, new AuthorityOptions { TrustDomain = "weft.local" }, _time);

    private PeerVerdict Verify(CertificateAuthority authority, IssuedCertificate issued, PeerRole role)
    {
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(issued.Chain[0]);
        using X509Certificate2 issuer = X509CertificateLoader.LoadCertificate(issued.Chain[1]);
        return PeerVerifier.Verify(leaf, [issuer], authority.Bundle, role, _time.Now);
    }

    private static byte[] RsaRequest(RSA key)
        => new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest();
}
