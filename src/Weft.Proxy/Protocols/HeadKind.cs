namespace Weft.Proxy.Protocols;

/// <summary>What a field block is the head of.</summary>
internal enum HeadKind
{
    Request,
    Response,
    Trailers,
}
