using System.Security.Cryptography.X509Certificates;
using Weft.Authority;
using Weft.Contracts.Api;
using Weft.ControlPlane.Api;

namespace Weft.ControlPlane.Serving;

/// <summary>The mesh's trust as the API shows and uses it.</summary>
internal sealed class TrustView(CertificateAuthority authority, ServerCertificateSource certificates) : ITrustView
{
    public X509Certificate2 ServerCertificate => certificates.Current.TargetCertificate;

    public X509Certificate2Collection ServerChain => [.. certificates.Current.IntermediateCertificates];

    public TrustItem GetTrust() => new(
        authority.TrustDomain,
        string.Concat(authority.Bundle.Roots.Select(root => PemOf(root))),
        authority.Pin.ToString());

    private static string PemOf(byte[] der) => System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", der) + "\n";
}
