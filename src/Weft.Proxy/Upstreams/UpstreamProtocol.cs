namespace Weft.Proxy.Upstreams;

/// <summary>What is spoken towards an upstream.</summary>
internal enum UpstreamProtocol
{
    /// <summary>Under TLS what ALPN chooses, HTTP/2 preferred; in the clear what the client spoke.</summary>
    Auto,
    Http1,
    Http2,
    Opaque,
}
