using System.Text;

namespace Weft.Wire.Grpc;

/// <summary>
/// Content types of gRPC and gRPC-Web (grpc: PROTOCOL-HTTP2.md, PROTOCOL-WEB.md): a name, then perhaps "+" and the message's form,
/// or ";" and parameters.
/// </summary>
public static class GrpcContentType
{
    private static ReadOnlySpan<byte> Grpc => "application/grpc"u8;

    private static ReadOnlySpan<byte> Web => "application/grpc-web"u8;

    private static ReadOnlySpan<byte> WebText => "application/grpc-web-text"u8;

    /// <summary>gRPC as servers speak it over HTTP/2, not gRPC-Web.</summary>
    public static bool IsGrpc(ReadOnlySpan<byte> type) => Is(type, Grpc);

    /// <summary>gRPC-Web in either form.</summary>
    /// <param name="isText">Messages travel in base64.</param>
    public static bool IsWeb(ReadOnlySpan<byte> type, out bool isText)
    {
        isText = Is(type, WebText);
        return isText || Is(type, Web);
    }

    /// <summary>"+proto", "; charset=…" or nothing: what follows the name of one of these types.</summary>
    public static ReadOnlySpan<byte> Suffix(ReadOnlySpan<byte> type)
    {
        int end = type.IndexOfAny("+; "u8);
        return end < 0 ? default : type[end..];
    }

    /// <summary>Writes the name of gRPC-Web with the suffix of a type of gRPC.</summary>
    /// <returns>Bytes written; 0 when <paramref name="output"/> is too small.</returns>
    public static int WriteWeb(ReadOnlySpan<byte> grpcType, bool isText, Span<byte> output) => Write(isText ? WebText : Web, Suffix(grpcType), output);

    /// <summary>Writes the name of gRPC with the suffix of a type of gRPC-Web.</summary>
    /// <returns>Bytes written; 0 when <paramref name="output"/> is too small.</returns>
    public static int WriteGrpc(ReadOnlySpan<byte> webType, Span<byte> output) => Write(Grpc, Suffix(webType), output);

    private static bool Is(ReadOnlySpan<byte> type, ReadOnlySpan<byte> name)
        => type.Length >= name.Length && Ascii.EqualsIgnoreCase(type[..name.Length], name)
            && (type.Length == name.Length || type[name.Length] is (byte)'+' or (byte)';' or (byte)' ');

    private static int Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> suffix, Span<byte> output)
    {
        if (output.Length < name.Length + suffix.Length)
        {
            return 0;
        }

        name.CopyTo(output);
        suffix.CopyTo(output[name.Length..]);
        return name.Length + suffix.Length;
    }
}
