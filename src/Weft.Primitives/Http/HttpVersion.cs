namespace Weft.Primitives.Http;

public enum HttpVersion : byte
{
    None,
    Http10,
    Http11,
    Http2,
}
