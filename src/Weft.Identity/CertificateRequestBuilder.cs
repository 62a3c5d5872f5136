using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Identity;

/// <summary>Makes the key of a workload and the request to certify it (PKCS #10, RFC 2986).</summary>
public static class CertificateRequestBuilder
{
    /// <summary>A new P-256 key. The caller owns it.</summary>
    public static ECDsa CreateKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Makes a request signed with the key it asks to certify.</summary>
    /// <param name="key">The workload's key.</param>
    /// <param name="identity">The identity to ask for; null when joining, where the trust domain is not known yet. The authority grants what the
    /// caller proved, never what the request says, so this is for people who read requests.</param>
    /// <returns>DER.</returns>
    public static byte[] Build(ECDsa key, SpiffeId? identity)
    {
        var request = new CertificateRequest(new X500DistinguishedName([0x30, 0x00]), key, HashAlgorithmName.SHA256);
        if (identity is not null)
        {
            request.CertificateExtensions.Add(SubjectNames.Encode(identity, [], [], critical: true));
        }

        return request.CreateSigningRequest();
    }
}
