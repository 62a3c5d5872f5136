namespace Weft.Proxy.Security;

/// <summary>The parts of a TLS configuration that can be wrong.</summary>
internal enum TlsPart
{
    /// <summary>OpenSSL itself.</summary>
    Library,

    /// <summary>The chain that is shown.</summary>
    Certificate,

    /// <summary>The private key of it.</summary>
    Key,

    /// <summary>The roots.</summary>
    Trust,
}
