using Weft.Wire.Http2;

namespace Weft.Proxy.Detection;

/// <summary>Tells a protocol from the first bytes of a client.</summary>
internal static class ProtocolSniffer
{
    /// <summary>The longest method that is taken for one.</summary>
    private const int MethodMax = 20;

    public static SniffVerdict Sniff(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> preface = FrameHeader.ClientPreface;
        int common = Math.Min(bytes.Length, preface.Length);
        if (common > 3 && bytes[..common].SequenceEqual(preface[..common]))
        {
            return common == preface.Length ? SniffVerdict.Http2 : SniffVerdict.NeedMore;
        }

        // A method is letters in upper case, then one blank, then a target that starts like one.
        int letters = bytes.IndexOfAnyExceptInRange((byte)'A', (byte)'Z');
        if (letters < 0)
        {
            return bytes.Length > MethodMax ? SniffVerdict.Opaque : SniffVerdict.NeedMore;
        }

        if (letters is < 3 or > MethodMax || bytes[letters] != ' ')
        {
            return SniffVerdict.Opaque;
        }

        if (bytes.Length == letters + 1)
        {
            return SniffVerdict.NeedMore;
        }

        byte target = bytes[letters + 1];
        bool looksRight = target is (byte)'/' or (byte)'*' or (byte)'[' || char.IsAsciiLetterOrDigit((char)target);
        return looksRight ? SniffVerdict.Http1 : SniffVerdict.Opaque;
    }
}
