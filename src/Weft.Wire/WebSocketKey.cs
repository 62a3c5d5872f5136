using System.Buffers.Text;
using System.Security.Cryptography;

namespace Weft.Wire;

/// <summary>The two fields by which the ends of a WebSocket handshake know each other (RFC 6455, 4.1 and 4.2.2).</summary>
public static class WebSocketKey
{
    public const int NonceSize = 16;

    /// <summary>Bytes of Sec-WebSocket-Key.</summary>
    public const int KeySize = 24;

    /// <summary>Bytes of Sec-WebSocket-Accept.</summary>
    public const int AcceptSize = 28;

    private static ReadOnlySpan<byte> Guid => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>Writes Sec-WebSocket-Key for a nonce of <see cref="NonceSize"/> bytes.</summary>
    public static void Write(ReadOnlySpan<byte> nonce, Span<byte> key) => Base64.EncodeToUtf8(nonce, key, out _, out _);

    /// <summary>Writes the Sec-WebSocket-Accept that answers a key of <see cref="KeySize"/> bytes.</summary>
    public static void WriteAccept(ReadOnlySpan<byte> key, Span<byte> accept)
    {
        Span<byte> text = stackalloc byte[KeySize + Guid.Length];
        key.CopyTo(text);
        Guid.CopyTo(text[KeySize..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];

        // The protocol names this hash; nothing is protected by it.
#pragma warning disable CA5350
        SHA1.HashData(text, hash);
#pragma warning restore CA5350
        Base64.EncodeToUtf8(hash, accept, out _, out _);
    }
}
