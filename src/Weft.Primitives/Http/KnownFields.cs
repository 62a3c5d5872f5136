using System.Text;

namespace Weft.Primitives.Http;

/// <summary>Name → <see cref="KnownField"/>, by length first, so that most names cost one switch.</summary>
public static class KnownFields
{
    public static KnownField Lookup(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => (name[0] | 0x20) == 't' ? Is(name, "te"u8, KnownField.Te) : Is(name, "b3"u8, KnownField.B3),
        4 => (name[0] | 0x20) == 'h' ? Is(name, "host"u8, KnownField.Host) : Is(name, "date"u8, KnownField.Date),
        6 => (name[0] | 0x20) == 'e' ? Is(name, "expect"u8, KnownField.Expect) : Is(name, "cookie"u8, KnownField.Cookie),
        7 => (name[0] | 0x20) == 't' ? Is(name, "trailer"u8, KnownField.Trailer) : Is(name, "upgrade"u8, KnownField.Upgrade),
        10 => (name[0] | 0x20) == 'c' ? Is(name, "connection"u8, KnownField.Connection)
            : (name[0] | 0x20) == 'k' ? Is(name, "keep-alive"u8, KnownField.KeepAlive) : Weft(name),
        11 => (name[0] | 0x20) == 't' ? Is(name, "traceparent"u8, KnownField.TraceParent)
            : Ascii.EqualsIgnoreCase(name, "x-b3-spanid"u8) ? KnownField.B3SpanId : Weft(name),
        12 => (name[0] | 0x20) != 'x' ? KnownField.None : TwelveLetters(name),
        14 => (name[0] | 0x20) == 'c' ? Is(name, "content-length"u8, KnownField.ContentLength)
            : (name[0] | 0x20) == 'h' ? Is(name, "http2-settings"u8, KnownField.Http2Settings) : Weft(name),
        16 => (name[0] | 0x20) == 'p' ? Is(name, "proxy-connection"u8, KnownField.ProxyConnection) : Weft(name),
        17 => (name[0] | 0x20) == 't' ? Is(name, "transfer-encoding"u8, KnownField.TransferEncoding) : Weft(name),
        18 => (name[0] | 0x20) == 'p' ? Is(name, "proxy-authenticate"u8, KnownField.ProxyAuthenticate) : Weft(name),
        19 => (name[0] | 0x20) == 'p' ? Is(name, "proxy-authorization"u8, KnownField.ProxyAuthorization) : Weft(name),
        _ => Weft(name),
    };

    private static KnownField TwelveLetters(ReadOnlySpan<byte> name)
        => Ascii.EqualsIgnoreCase(name, "x-request-id"u8) ? KnownField.RequestId
            : Ascii.EqualsIgnoreCase(name, "x-b3-traceid"u8) ? KnownField.B3TraceId
            : Ascii.EqualsIgnoreCase(name, "x-b3-sampled"u8) ? KnownField.B3Sampled
            : Weft(name);

    private static KnownField Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected, KnownField known)
        => Ascii.EqualsIgnoreCase(name, expected) ? known : KnownField.None;

    private static KnownField Weft(ReadOnlySpan<byte> name)
        => name.Length > 7 && (name[0] | 0x20) == 'x' && Ascii.EqualsIgnoreCase(name[..7], "x-weft-"u8) ? KnownField.Weft : KnownField.None;
}
