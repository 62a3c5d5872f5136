using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weft.Proxy.Security;

namespace Weft.Proxy.Tests.Testing;

/// <summary>An authority in memory, and what it signs, as PEM.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _root;

    public TestAuthority(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        _root = request.CreateSelfSigned(now.AddDays(-7), now.AddDays(7));
    }

    public string RootPem => _root.ExportCertificatePem();

    /// <summary>A context that shows a certificate for this URI.</summary>
    /// <param name="isServer">Which side of the handshake.</param>
    /// <param name="uri">Its one URI name.</param>
    /// <param name="trust">Whose certificates the other side must have; null asks for none.</param>
    /// <param name="validDays">From a day ago to so many days from now.</param>
    /// <param name="usage">Object identifier of the one extended key usage.</param>
    public TlsContext Context(bool isServer, string uri, TestAuthority? trust, double validDays = 1, string usage = "1.3.6.1.5.5.7.3.2")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=leaf", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddUri(new Uri(uri));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(isServer ? "1.3.6.1.5.5.7.3.1" : usage)], false));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 leaf = request.Create(_root, now.AddDays(-2), now.AddDays(validDays), RandomNumberGenerator.GetBytes(16));
        return new TlsContext(new TlsSettings
        {
            IsServer = isServer,
            ChainPem = leaf.ExportCertificatePem(),
            KeyPem = key.ExportPkcs8PrivateKeyPem(),
            TrustPem = trust?.RootPem,
        });
    }

    public void Dispose() => _root.Dispose();
}
