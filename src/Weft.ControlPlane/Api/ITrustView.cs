using System.Security.Cryptography.X509Certificates;
using Weft.Contracts.Api;

namespace Weft.ControlPlane.Api;

/// <summary>The mesh's trust as the API needs it: what callers must trust, and the server's own certificate.</summary>
public interface ITrustView
{
    TrustItem GetTrust();

    /// <summary>The certificate with key that the HTTPS listener shows, with its chain; asked per connection, so that renewal needs no restart.</summary>
    X509Certificate2 ServerCertificate { get; }

    /// <summary>Issuer certificates to send after <see cref="ServerCertificate"/>.</summary>
    X509Certificate2Collection ServerChain { get; }
}
