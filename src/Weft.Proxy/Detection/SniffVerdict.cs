namespace Weft.Proxy.Detection;

internal enum SniffVerdict
{
    NeedMore,
    Http1,
    Http2,
    Opaque,
}
