using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Authority;

/// <summary>The three shapes of certificate that exist here, and the one place that signs.</summary>
internal static class CertificateTemplates
{
    private const int SerialLength = 16;
    private static readonly X500DistinguishedName EmptyName = new([0x30, 0x00]);

    internal static X509Certificate2 SelfSignRoot(ECDsa key, string trustDomain, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var request = new CertificateRequest(Name("Weft root", trustDomain), key, HashAlgorithmName.SHA256);
        AddAuthorityExtensions(request, pathLength: 1);
        return request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), notBefore, notAfter, NewSerial());
    }

    internal static X509Certificate2 SignIssuer(
        ECDsa issuerKey, string trustDomain, X509Certificate2 root, ECDsa rootKey, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var request = new CertificateRequest(Name("Weft issuing", trustDomain), issuerKey, HashAlgorithmName.SHA256);
        AddAuthorityExtensions(request, pathLength: 0);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        return request.Create(root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), notBefore, notAfter, NewSerial());
    }

    /// <summary>A leaf as X.509-SVID, section 4, wants it: no authority, digital signature only, both ends of TLS.</summary>
    internal static X509Certificate2 SignLeaf(PublicKey key, X509Extension names, Issuer issuer, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var request = new CertificateRequest(EmptyName, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(names);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(key, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer.Certificate, true, false));
        return request.Create(
            issuer.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer.Key), notBefore, notAfter, NewSerial());
    }

    private static void AddAuthorityExtensions(CertificateRequest request, int pathLength)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
    }

    private static X500DistinguishedName Name(string role, string trustDomain)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddOrganizationName(trustDomain.Length <= 64 ? trustDomain : trustDomain[..64]);
        // The number tells certificates of the same role apart where chains are built by name.
        builder.AddCommonName(role + " " + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)));
        return builder.Build();
    }

    /// <summary>128 random bits (RFC 5280, section 4.1.2.2 allows 160). The first byte is never zero, so that the encoding is always minimal.</summary>
    private static byte[] NewSerial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(SerialLength);
        if (serial[0] == 0)
        {
            serial[0] = 1;
        }

        return serial;
    }
}
