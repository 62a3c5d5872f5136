namespace Weft.Proxy.Listening;

/// <summary>What clients of a listener speak.</summary>
internal enum ListenProtocol
{
    /// <summary>ALPN under TLS; else the first bytes tell.</summary>
    Auto,
    Http1,
    Http2,
    Opaque,
}
