using System.Buffers.Text;
using Weft.Primitives.Http;

namespace Weft.Proxy.Paths;

/// <summary>How a call of gRPC ended, as its server says.</summary>
internal static class GrpcOutcome
{
    /// <summary>UNKNOWN: what a client takes a call for that ends without a status.</summary>
    private const int Unknown = 2;

    /// <summary>The status in trailers, or in a head that is all there is.</summary>
    public static int Read(MessageHead trailers)
        => trailers.TryGetField("grpc-status"u8, out ReadOnlySpan<byte> text) && Utf8Parser.TryParse(text, out byte status, out int used) && used == text.Length
            ? status
            : Unknown;
}
