using System.Text;
using Weft.Proxy.Security;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>Makes the TLS context that a collector is dialled with.</summary>
internal static class OtlpTls
{
    /// <summary>Bytes of a file of PEM; bundles of systems have some 250,000.</summary>
    private const int PemMax = 4 * 1024 * 1024;

    /// <summary>The roots that vouch for the collector.</summary>
    /// <exception cref="UsageException">There are none.</exception>
    public static string TrustFile(OtlpOptions options) => options.CaFile ?? SystemTrust.Find()
        ?? throw new UsageException($"--otlp: this system has no bundle of roots ({string.Join(", ", SystemTrust.Places)}); name one with --otlp-ca FILE", ExitCodes.BadInput);

    /// <exception cref="UsageException">A file cannot be read or does not fit.</exception>
    public static TlsContext Open(OtlpOptions options)
    {
        string trust = TrustFile(options);
        try
        {
            return new TlsContext(new TlsSettings
            {
                IsServer = false,
                ChainPem = options.CertFile is null ? null : Read("--otlp-cert", options.CertFile),
                KeyPem = options.KeyFile is null ? null : Read("--otlp-key", options.KeyFile),
                TrustPem = Read("--otlp-ca", trust),
                OnlyTls13 = false,
                Alpn = options.Protocol == OtlpProtocol.Grpc ? ["h2"] : ["http/1.1"],
            });
        }
        catch (TlsConfigurationException wrong)
        {
            (string option, string? file) = wrong.Part switch
            {
                TlsPart.Certificate => ("--otlp-cert", options.CertFile),
                TlsPart.Key => ("--otlp-key", options.KeyFile),
                TlsPart.Trust => ("--otlp-ca", trust),
                _ => ("--otlp", null),
            };
            throw new UsageException(file is null ? $"{option}: {wrong.Message}" : $"{option}: {file}: {wrong.Message}", ExitCodes.BadInput);
        }
    }

    private static string Read(string option, string path) => Encoding.UTF8.GetString(OtlpFiles.Read(option, path, PemMax));
}
