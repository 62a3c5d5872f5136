using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weft.Identity;

namespace Weft.Authority;

/// <summary>The mesh's certificate authority: a root that only signs issuing certificates, and an issuing certificate that signs workloads.
/// Safe to call from several threads.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private const string RootCertificateName = "root.der";
    private const string RootKeyName = "root.key";
    private const string IssuerCertificateName = "issuer.der";
    private const string IssuerKeyName = "issuer.key";

    private readonly Lock _lock = new();
    private readonly IAuthorityStore _store;
    private readonly AuthorityOptions _options;
    private readonly TimeProvider _time;
    private readonly Issuer _root;
    private Issuer _issuer;

    private CertificateAuthority(IAuthorityStore store, AuthorityOptions options, TimeProvider time, Issuer root, Issuer issuer)
    {
        _store = store;
        _options = options;
        _time = time;
        _root = root;
        _issuer = issuer;
        Bundle = new TrustBundle(options.TrustDomain, [root.Certificate.RawData]);
        Pin = RootPin.Of(root.Certificate.RawData);
    }

    public string TrustDomain => _options.TrustDomain;

    /// <summary>The roots that proxies must trust.</summary>
    public TrustBundle Bundle { get; }

    /// <summary>What join tokens carry, so that a joiner knows this mesh.</summary>
    public RootPin Pin { get; }

    public DateTimeOffset RootNotAfter => _root.NotAfter;

    public DateTimeOffset IssuerNotAfter => Volatile.Read(ref _issuer).NotAfter;

    public TimeSpan LeafLifetime => _options.LeafLifetime;

    /// <summary>Opens the authority, making root and issuing certificate when the store has none.</summary>
    /// <exception cref="InvalidOperationException">What the store holds is incomplete, unreadable, expired, or of another trust domain.</exception>
    public static CertificateAuthority Open(IAuthorityStore store, AuthorityOptions options, TimeProvider time)
    {
        options.Check();
        if (!SpiffeId.IsTrustDomain(options.TrustDomain))
        {
            throw new ArgumentException($"'{options.TrustDomain}' is not a trust domain: lower-case letters, digits, '.', '-' and '_' only.");
        }

        Issuer root = Load(store, RootCertificateName, RootKeyName) ?? MakeRoot(store, options, time);
        if (root.NotAfter <= time.GetUtcNow())
        {
            throw new InvalidOperationException(
                $"The root certificate expired at {root.NotAfter:u}. Start from a new data directory and join the proxies again.");
        }

        CheckTrustDomain(root.Certificate, options.TrustDomain);
        Issuer issuer = Load(store, IssuerCertificateName, IssuerKeyName) ?? MakeIssuer(store, options, time, root);
        var authority = new CertificateAuthority(store, options, time, root, issuer);
        authority.RotateIfDue();
        return authority;
    }

    /// <summary>Replaces the issuing certificate when a third of its life or less is left. What the old one signed stays valid, for each leaf
    /// travels with the certificate that signed it.</summary>
    /// <returns>Whether a new one was made.</returns>
    public bool RotateIfDue()
    {
        lock (_lock)
        {
            if (_issuer.NotAfter - _time.GetUtcNow() > (_issuer.NotAfter - _issuer.NotBefore) / 3)
            {
                return false;
            }

            Issuer next = MakeIssuer(_store, _options, _time, _root);
            Volatile.Write(ref _issuer, next);
            return true;
        }
    }

    /// <summary>Certifies the key in a request for an identity that the caller has already granted. Whatever else the request asks for is ignored.</summary>
    /// <param name="csr">PKCS #10 in DER.</param>
    /// <param name="identity">The identity to grant; must lie in the authority's trust domain.</param>
    /// <exception cref="CertificateRefusedException">The request is malformed or its key is of a refused kind.</exception>
    public IssuedCertificate Issue(ReadOnlySpan<byte> csr, SpiffeId identity)
    {
        PublicKey key = RequestKeyReader.Read(csr);
        X509Extension names = SubjectNames.Encode(identity, [], [], critical: true);
        using X509Certificate2 leaf = Sign(key, identity, names, _options.LeafLifetime, out Issuer issuer);
        return new IssuedCertificate(identity, [leaf.RawData, issuer.Certificate.RawData], leaf.NotAfter.ToUniversalTime());
    }

    /// <summary>A certificate for the server itself, with its key: a SPIFFE ID for proxies, DNS names and addresses for other clients.</summary>
    public ServerCertificate IssueServerCertificate(SpiffeId identity, IReadOnlyList<string> dnsNames, IReadOnlyList<IPAddress> addresses)
    {
        ECDsa key = CertificateRequestBuilder.CreateKey();
        X509Extension names = SubjectNames.Encode(identity, dnsNames, addresses, critical: true);
        using X509Certificate2 leaf = Sign(new PublicKey(key), identity, names, _options.ServerLifetime, out Issuer issuer);
        return new ServerCertificate(leaf.CopyWithPrivateKey(key), key, issuer.Certificate, _root.Certificate);
    }

    public void Dispose()
    {
        _root.Key.Dispose();
        _issuer.Key.Dispose();
    }

    private X509Certificate2 Sign(PublicKey key, SpiffeId identity, X509Extension names, TimeSpan lifetime, out Issuer issuer)
    {
        if (!string.Equals(identity.TrustDomain, TrustDomain, StringComparison.Ordinal))
        {
            throw new CertificateRefusedException($"The identity {identity} is not in the trust domain '{TrustDomain}'.");
        }

        DateTimeOffset now = _time.GetUtcNow();

        // One signature takes some 50 microseconds, so signing one after the other is fast enough for a thousand proxies at once.
        lock (_lock)
        {
            issuer = _issuer;
            DateTimeOffset notBefore = Later(now - BackDateOf(lifetime), issuer.NotBefore);
            DateTimeOffset notAfter = Earlier(now + lifetime, issuer.NotAfter);
            return CertificateTemplates.SignLeaf(key, names, issuer, notBefore, notAfter);
        }
    }

    private static Issuer MakeRoot(IAuthorityStore store, AuthorityOptions options, TimeProvider time)
    {
        ECDsa key = CertificateRequestBuilder.CreateKey();
        DateTimeOffset now = time.GetUtcNow();
        X509Certificate2 root = CertificateTemplates.SelfSignRoot(key, options.TrustDomain, now - options.BackDate, now + options.RootLifetime);
        Save(store, RootCertificateName, root, RootKeyName, key);
        return new Issuer(root, key);
    }

    private static Issuer MakeIssuer(IAuthorityStore store, AuthorityOptions options, TimeProvider time, Issuer root)
    {
        ECDsa key = CertificateRequestBuilder.CreateKey();
        DateTimeOffset now = time.GetUtcNow();
        X509Certificate2 issuer = CertificateTemplates.SignIssuer(
            key,
            options.TrustDomain,
            root.Certificate,
            root.Key,
            Later(now - options.BackDate, root.NotBefore),
            Earlier(now + options.IssuerLifetime, root.NotAfter));
        Save(store, IssuerCertificateName, issuer, IssuerKeyName, key);
        return new Issuer(issuer, key);
    }

    private static void Save(IAuthorityStore store, string certificateName, X509Certificate2 certificate, string keyName, ECDsa key)
    {
        byte[] pkcs8 = key.ExportPkcs8PrivateKey();
        store.Write(new Dictionary<string, byte[]> { [certificateName] = certificate.RawData, [keyName] = pkcs8 });
        CryptographicOperations.ZeroMemory(pkcs8);
    }

    private static Issuer? Load(IAuthorityStore store, string certificateName, string keyName)
    {
        byte[]? certificate = store.Read(certificateName);
        byte[]? pkcs8 = store.Read(keyName);
        if (certificate is null && pkcs8 is null)
        {
            return null;
        }

        if (certificate is null || pkcs8 is null)
        {
            throw new InvalidOperationException(
                $"The authority's store has only one of {certificateName} and {keyName}. Restore the data directory from a backup.");
        }

        try
        {
            ECDsa key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            CryptographicOperations.ZeroMemory(pkcs8);
            X509Certificate2 loaded = X509CertificateLoader.LoadCertificate(certificate);
            return loaded.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo())
                ? new Issuer(loaded, key)
                : throw new InvalidOperationException($"{certificateName} and {keyName} do not belong together. Restore the data directory from a backup.");
        }
        catch (CryptographicException e)
        {
            throw new InvalidOperationException($"{certificateName} or {keyName} cannot be read: {e.Message} Restore the data directory from a backup.", e);
        }
    }

    private static void CheckTrustDomain(X509Certificate2 root, string trustDomain)
    {
        foreach (X500RelativeDistinguishedName part in root.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            string expected = trustDomain.Length <= 64 ? trustDomain : trustDomain[..64];
            if (part.GetSingleElementType().Value == "2.5.4.10" && !string.Equals(part.GetSingleElementValue(), expected, StringComparison.Ordinal))
            {
                throw new InvalidOperationException(
                    $"The data directory belongs to the trust domain '{part.GetSingleElementValue()}', not '{trustDomain}'."
                    + " Use that name or another directory.");
            }
        }
    }

    /// <summary>Never more than a tenth of the life: who renews at half of it must find that half ahead.</summary>
    private TimeSpan BackDateOf(TimeSpan lifetime) => _options.BackDate < lifetime / 10 ? _options.BackDate : lifetime / 10;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
