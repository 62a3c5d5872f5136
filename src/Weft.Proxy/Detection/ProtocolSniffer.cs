using Weft.Wire.Http2;

namespace Weft.Proxy.Detection;

/// <summary>Tells a protocol from the first bytes of a client.</summary>
internal static class ProtocolSniffer
{
    /// <summary>The longest method that is taken for one.</summary>
    private const int MethodMax = 20;

    /// <summary>What the bytes begin; <see cref="Detected.Nothing"/> while more of them are needed.</summary>
    public static Detected Sniff(ReadOnlySpan<byte> bytes)
    {
        // A handshake record of any version (RFC 8446, 5.1).
        if (bytes[0] == 22)
        {
            return bytes.Length == 1 ? Detected.Nothing : bytes[1] == 3 ? Detected.Tls : Detected.Tcp;
        }

        ReadOnlySpan<byte> preface = FrameHeader.ClientPreface;
        int common = Math.Min(bytes.Length, preface.Length);
        if (common > 3 && bytes[..common].SequenceEqual(preface[..common]))
        {
            return common == preface.Length ? Detected.Http2 : Detected.Nothing;
        }

        // A method is letters in upper case, then one blank, then a target that starts like one.
        int letters = bytes.IndexOfAnyExceptInRange((byte)'A', (byte)'Z');
        if (letters < 0)
        {
            return bytes.Length > MethodMax ? Detected.Tcp : Detected.Nothing;
        }

        if (letters is < 3 or > MethodMax || bytes[letters] != ' ')
        {
            return Detected.Tcp;
        }

        if (bytes.Length == letters + 1)
        {
            return Detected.Nothing;
        }

        byte target = bytes[letters + 1];
        bool looksRight = target is (byte)'/' or (byte)'*' or (byte)'[' || char.IsAsciiLetterOrDigit((char)target);
        return looksRight ? Detected.Http1 : Detected.Tcp;
    }

    /// <summary>Whether a server's first bytes are the SETTINGS frame of HTTP/2 (RFC 9113, 3.4), which some servers send before they are spoken to.</summary>
    public static bool IsHttp2Server(ReadOnlySpan<byte> bytes)
        => FrameHeader.TryRead(bytes, out FrameHeader header) && header is { Type: FrameType.Settings, Flags: 0, StreamId: 0 } && header.Length % 6 == 0;
}
