using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Identity;

/// <summary>The roots that may vouch for one trust domain. Immutable.</summary>
public sealed class TrustBundle
{
    /// <summary>Most roots that one bundle may hold; during a rotation there are two.</summary>
    public const int MaxRoots = 16;

    /// <param name="trustDomain">Trust domain of every identity that the roots vouch for.</param>
    /// <param name="roots">Certificates in DER, 1 to <see cref="MaxRoots"/>.</param>
    /// <exception cref="FormatException">The trust domain or a certificate is malformed, or the number of roots is out of range.</exception>
    public TrustBundle(string trustDomain, IReadOnlyList<byte[]> roots)
    {
        if (!SpiffeId.IsTrustDomain(trustDomain))
        {
            throw new FormatException($"'{trustDomain}' is not a trust domain: lower-case letters, digits, '.', '-' and '_' only.");
        }

        if (roots.Count is 0 or > MaxRoots)
        {
            throw new FormatException($"A trust bundle has 1 to {MaxRoots} roots, this one has {roots.Count}.");
        }

        TrustDomain = trustDomain;
        Roots = [.. roots];
        Certificates = new X509Certificate2Collection();
        foreach (byte[] root in roots)
        {
            Certificates.Add(LoadRoot(root));
        }
    }

    public string TrustDomain { get; }

    /// <summary>The root certificates in DER.</summary>
    public IReadOnlyList<byte[]> Roots { get; }

    internal X509Certificate2Collection Certificates { get; }

    private static X509Certificate2 LoadRoot(byte[] der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException e)
        {
            throw new FormatException("A root of the trust bundle is not a certificate in DER: " + e.Message, e);
        }
    }
}
