using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Weft.ControlPlane.Api;

/// <summary>TLS of the API and of other listeners for clients outside the mesh: the mesh's own certificate, asked for per connection so that a renewed one counts at once.</summary>
/// <param name="trust">Has the certificate.</param>
/// <param name="protocol">What is spoken inside; HTTP/1.1 if nothing is said.</param>
internal sealed class ServerTls(ITrustView trust, SslApplicationProtocol? protocol = null)
{
    private readonly Lock _gate = new();
    private X509Certificate2? _certificate;
    private SslStreamCertificateContext? _context;

    public TlsHandshakeCallbackOptions Options => new()
    {
        HandshakeTimeout = TimeSpan.FromSeconds(5),
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = CurrentContext(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [protocol ?? SslApplicationProtocol.Http11],
            ClientCertificateRequired = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            AllowRenegotiation = false,
        }),
    };

    private SslStreamCertificateContext CurrentContext()
    {
        X509Certificate2 certificate = trust.ServerCertificate;
        lock (_gate)
        {
            if (_context is null || !ReferenceEquals(_certificate, certificate))
            {
                // Offline: building the chain must not fetch anything from anywhere.
                _context = SslStreamCertificateContext.Create(certificate, trust.ServerChain, offline: true);
                _certificate = certificate;
            }

            return _context;
        }
    }
}
