namespace Weft.Primitives.Http;

/// <summary>Fields the proxy itself must look at; recognised once, while parsing.</summary>
public enum KnownField : byte
{
    None,
    Host,
    Connection,
    ContentLength,
    TransferEncoding,
    Te,
    Trailer,
    Upgrade,
    Expect,
    KeepAlive,
    ProxyConnection,
    ProxyAuthenticate,
    ProxyAuthorization,
    Http2Settings,

    /// <summary>Any field whose name starts with "x-weft-".</summary>
    Weft,
    Cookie,
    Date,
    RequestId,
    TraceParent,

    /// <summary>The single field of B3.</summary>
    B3,
    B3TraceId,
    B3SpanId,
    B3Sampled,
}
