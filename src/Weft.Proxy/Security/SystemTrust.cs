namespace Weft.Proxy.Security;

/// <summary>The roots that this system trusts.</summary>
internal static class SystemTrust
{
    /// <summary>Where distributions keep their bundle: Debian and Alpine, Fedora and its kin, SUSE, others.</summary>
    public static IReadOnlyList<string> Places { get; } =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ];

    /// <summary>The file with all of them, PEM; null when there is none. SSL_CERT_FILE names another, as it does for OpenSSL's own programs.</summary>
    public static string? Find() => Environment.GetEnvironmentVariable("SSL_CERT_FILE") is { Length: > 0 } named ? named : Places.FirstOrDefault(File.Exists);
}
