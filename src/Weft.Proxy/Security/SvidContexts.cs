namespace Weft.Proxy.Security;

/// <summary>
/// The proxy's present identity as TLS contexts for both roles. The control thread publishes a renewed one; every loop reads it at its
/// next handshake, and connections that are open keep what they began with.
/// </summary>
internal sealed class SvidContexts
{
    private Pair? _present;

    /// <summary>For the tunnel listener; null before the first certificate, which refuses every handshake.</summary>
    public TlsContext? Server => Volatile.Read(ref _present)?.Server;

    /// <summary>For dialling other proxies.</summary>
    public TlsContext? Client => Volatile.Read(ref _present)?.Client;

    public bool IsReady => Volatile.Read(ref _present) is not null;

    /// <exception cref="TlsConfigurationException">The parts do not fit; the identity before stays in force.</exception>
    public void Publish(string chainPem, string keyPem, string trustPem)
    {
        TlsSettings settings = new() { IsServer = true, ChainPem = chainPem, KeyPem = keyPem, TrustPem = trustPem, Alpn = ["h2"] };
        TlsContext server = new(settings);

        // The pair before is not disposed here: another loop may be about to make a connection from it. Its finalizer frees it.
        Volatile.Write(ref _present, new Pair(server, new TlsContext(settings with { IsServer = false })));
    }

    private sealed record Pair(TlsContext Server, TlsContext Client);
}
