namespace Weft.Proxy.Detection;

/// <summary>What a connection to an undeclared port turned out to speak. Counted in <c>weft_detected_total</c>.</summary>
internal enum Detected : byte
{
    /// <summary>The client has not said enough.</summary>
    Nothing,
    Http1,
    Http2,

    /// <summary>The client begins TLS of its own: passed on as it is.</summary>
    Tls,

    /// <summary>The client's first bytes are none of the above.</summary>
    Tcp,

    /// <summary>The server spoke before the client, as those of SMTP and MySQL do.</summary>
    ServerFirst,
}
