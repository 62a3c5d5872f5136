using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Authority;

/// <summary>Takes the public key out of a certificate request and nothing else: names, extensions and attributes of a request are claims by
/// someone who proved none of them.</summary>
internal static class RequestKeyReader
{
    /// <summary>Longest request that is read, in bytes; an RSA 4096 request is about 2 KB.</summary>
    internal const int MaxRequestLength = 16 * 1024;

    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 4096;

    /// <exception cref="CertificateRefusedException">The request is malformed, not signed by its own key, or the key is of a refused kind.</exception>
    internal static PublicKey Read(ReadOnlySpan<byte> csr)
    {
        if (csr.Length > MaxRequestLength)
        {
            throw new CertificateRefusedException($"The certificate request has {csr.Length} bytes, at most {MaxRequestLength} are read.");
        }

        try
        {
            // The key is judged before it is used: verifying with a key of a hostile size is itself an attack.
            CheckKind(Load(csr, CertificateRequestLoadOptions.SkipSignatureValidation).PublicKey);
            return Load(csr, CertificateRequestLoadOptions.Default).PublicKey;
        }
        catch (Exception e) when (e is CryptographicException or NotSupportedException or ArgumentException or PlatformNotSupportedException)
        {
            throw new CertificateRefusedException("The certificate request is not a valid PKCS #10 request signed by its own key: " + e.Message, e);
        }
    }

    private static CertificateRequest Load(ReadOnlySpan<byte> csr, CertificateRequestLoadOptions options)
    {
        var request = CertificateRequest.LoadSigningRequest(csr, HashAlgorithmName.SHA256, out int consumed, options);
        return consumed == csr.Length ? request : throw new CertificateRefusedException("Bytes follow the certificate request.");
    }

    private static void CheckKind(PublicKey key)
    {
        if (key.GetECDsaPublicKey() is { } ecdsa)
        {
            using (ecdsa)
            {
                CheckCurve(ecdsa);
            }

            return;
        }

        if (key.GetRSAPublicKey() is { } rsa)
        {
            using (rsa)
            {
                if (rsa.KeySize is < MinRsaBits or > MaxRsaBits)
                {
                    throw new CertificateRefusedException($"An RSA key must have {MinRsaBits} to {MaxRsaBits} bits, this one has {rsa.KeySize}.");
                }
            }

            return;
        }

        throw new CertificateRefusedException($"The key algorithm {key.Oid.Value} is not accepted: use P-256, P-384 or RSA.");
    }

    private static void CheckCurve(ECDsa key)
    {
        ECCurve curve = key.ExportParameters(includePrivateParameters: false).Curve;
        bool accepted = curve.IsNamed && curve.Oid.Value is "1.2.840.10045.3.1.7" or "1.3.132.0.34";
        if (!accepted)
        {
            throw new CertificateRefusedException("An elliptic-curve key must be on P-256 or P-384, named by its identifier.");
        }
    }
}
