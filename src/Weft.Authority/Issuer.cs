using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Authority;

/// <summary>An issuing certificate with its key.</summary>
internal sealed record Issuer(X509Certificate2 Certificate, ECDsa Key)
{
    internal DateTimeOffset NotBefore { get; } = Certificate.NotBefore.ToUniversalTime();

    internal DateTimeOffset NotAfter { get; } = Certificate.NotAfter.ToUniversalTime();
}
