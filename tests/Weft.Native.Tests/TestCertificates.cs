using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Native.Tests;

/// <summary>
/// Certificates in a folder of their own: a and b of one authority, an expired one, and one of somebody else's authority; and of both authorities one for servers on
/// this machine.
/// </summary>
internal sealed class TestCertificates
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weft-certificates-").FullName;

    private TestCertificates()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 ca = MakeAuthority("ca", now);
        using X509Certificate2 stranger = MakeAuthority("stranger-ca", now);
        MakeLeaf(ca, "a", now.AddHours(-1), now.AddDays(1));
        MakeLeaf(ca, "b", now.AddHours(-1), now.AddDays(1));
        MakeLeaf(ca, "expired", now.AddHours(-2), now.AddHours(-1));
        MakeLeaf(stranger, "stranger", now.AddHours(-1), now.AddDays(1));
        MakeLeaf(ca, "local", now.AddHours(-1), now.AddDays(1), isLocal: true);
        MakeLeaf(stranger, "stranger-local", now.AddHours(-1), now.AddDays(1), isLocal: true);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(_folder, recursive: true);
    }

    public static TestCertificates Shared { get; } = new();

    public string Path(string file) => System.IO.Path.Combine(_folder, file);

    /// <summary>A certificate with its key, by its name without suffix.</summary>
    public X509Certificate2 Load(string name)
    {
        using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(Path(name + ".pem"), Path(name + ".key"));

        // SslStream takes keys from PEM only by way of PKCS #12.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private X509Certificate2 MakeAuthority(string name, DateTimeOffset now)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        X509Certificate2 authority = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7));
        File.WriteAllText(Path(name + ".pem"), authority.ExportCertificatePem());
        return authority;
    }

    private void MakeLeaf(X509Certificate2 authority, string name, DateTimeOffset from, DateTimeOffset to, bool isLocal = false)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddUri(new Uri($"spiffe://example.test/ns/shop/svc/{name}"));
        names.AddDnsName(isLocal ? "localhost" : name + ".test");
        if (isLocal)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        using X509Certificate2 leaf = request.Create(authority, from, to, RandomNumberGenerator.GetBytes(16));
        File.WriteAllText(Path(name + ".pem"), leaf.ExportCertificatePem());
        File.WriteAllText(Path(name + ".key"), key.ExportPkcs8PrivateKeyPem());
    }
}
