namespace Weft.Proxy.Listening;

/// <summary>What clients of a listener speak.</summary>
internal enum ListenProtocol
{
    /// <summary>ALPN under TLS; else the first bytes tell.</summary>
    Auto,
    Http1,
    Http2,

    /// <summary>HTTP/1 or HTTP/2 as the first bytes tell, and nothing else: what may come to a port of gRPC.</summary>
    Http,
    Opaque,
}
