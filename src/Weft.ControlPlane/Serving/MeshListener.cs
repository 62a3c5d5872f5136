using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Weft.Authority;
using Weft.Identity;

namespace Weft.ControlPlane.Serving;

/// <summary>The TLS side of the listener for proxies: TLS 1.3 and HTTP/2 only. A client without certificate may come in (to join), one with a
/// certificate that is not valid may not.</summary>
internal sealed partial class MeshListener(
    CertificateAuthority authority, ServerCertificateSource certificates, TimeProvider time, ILogger<MeshListener> log)
{
    internal static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    private readonly List<SslApplicationProtocol> _protocols = [SslApplicationProtocol.Http2];

    internal void Configure(ListenOptions options)
    {
        options.Protocols = HttpProtocols.Http2;
        options.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = _ => ValueTask.FromResult(NewOptions()),
        });
    }

    /// <summary>What one connection is accepted with.</summary>
    internal SslServerAuthenticationOptions NewOptions() => new()
    {
        ServerCertificateContext = certificates.Current,
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = _protocols,
        ClientCertificateRequired = true,
        RemoteCertificateValidationCallback = Validate,
        CertificateChainPolicy = NewPolicy(),
        AllowRenegotiation = false,

        // No session is resumed: the chain of the certificate would be missing to its judgement. Yet only if .NET believes that some are,
        // connections share a context, so it is told so where the context itself can be told otherwise.
        AllowTlsResume = TlsMemory.IsSupported,
    };

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        TlsMemory.Spare((SslStream)sender);
        if (certificate is null)
        {
            return true;
        }

        // The result of the platform's own check (errors) is not used: ours has the rules of SPIFFE and our clock.
        X509Certificate2[] sent = chain is null ? [] : [.. chain.ChainPolicy.ExtraStore];
        PeerVerdict verdict = certificate is X509Certificate2 leaf
            ? PeerVerifier.Verify(leaf, sent, authority.Bundle, PeerRole.Client, time.GetUtcNow())
            : default;
        if (!verdict.IsAccepted)
        {
            Log.Refused(log, verdict.Fault, verdict.Detail);
        }

        return verdict.IsAccepted;
    }

    private static X509ChainPolicy NewPolicy() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Client certificate refused: {Fault}: {Detail}")]
        internal static partial void Refused(ILogger log, PeerFault fault, string detail);
    }
}
