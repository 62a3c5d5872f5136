using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Identity.Tests;

/// <summary>A root, an issuing certificate and leaves that may be wrong in one chosen way.</summary>
internal sealed class TestChain
{
    internal static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _rootKey = CertificateRequestBuilder.CreateKey();
    private readonly ECDsa _issuerKey = CertificateRequestBuilder.CreateKey();

    internal TestChain(string name = "test", DateTimeOffset? issuerNotAfter = null)
    {
        var root = new CertificateRequest($"CN={name} root", _rootKey, HashAlgorithmName.SHA256);
        AddAuthority(root);
        Root = root.CreateSelfSigned(Now.AddDays(-10), Now.AddDays(1000));
        var issuer = new CertificateRequest($"CN={name} issuer", _issuerKey, HashAlgorithmName.SHA256);
        AddAuthority(issuer);
        Issuer = issuer.Create(Root, Now.AddDays(-10), issuerNotAfter ?? Now.AddDays(100), [1, 2, 3]);
    }

    internal X509Certificate2 Root { get; }

    internal X509Certificate2 Issuer { get; }

    internal TrustBundle Bundle => new("weft.local", [Root.RawData]);

    internal X509Certificate2 Leaf(Action<LeafShape>? change = null)
    {
        var shape = new LeafShape();
        change?.Invoke(shape);
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        var request = new CertificateRequest("CN=leaf", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(shape.IsAuthority, false, 0, true));
        if (shape.KeyUsage is { } usage)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        }

        if (shape.Purposes is { } purposes)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes.Select(p => new Oid(p))], false));
        }

        foreach (X509Extension extension in shape.Names)
        {
            request.CertificateExtensions.Add(extension);
        }

        return request.Create(
            Issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(_issuerKey), shape.NotBefore, shape.NotAfter, [9, 9, 9]);
    }

    internal PeerVerdict Verify(X509Certificate2 leaf, PeerRole role = PeerRole.Client)
        => PeerVerifier.Verify(leaf, [Issuer], Bundle, role, Now);

    private static void AddAuthority(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
    }
}
