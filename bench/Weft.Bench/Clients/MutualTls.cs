using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Bench.Clients;

/// <summary>How our own clients speak TLS: version 1.3, with a certificate, never resuming.</summary>
internal static class MutualTls
{
    public static SslClientAuthenticationOptions Options(string certificateFile, string keyFile, string protocol) => new()
    {
        TargetHost = Contenders.Certificates.ServerName,
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowTlsResume = false,
        ApplicationProtocols = [new SslApplicationProtocol(protocol)],
        ClientCertificateContext = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificateFile, keyFile), null, offline: true),
        // The proxies are what is measured, and they are ours: their certificate need not be judged here, and judging it costs as much as the handshake.
        CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, VerificationFlags = X509VerificationFlags.AllFlags },
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
    };
}
