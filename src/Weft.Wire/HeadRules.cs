using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Weft.Wire;

/// <summary>The byte rules of RFC 9110 and RFC 9112 that both versions of HTTP share.</summary>
internal static class HeadRules
{
    /// <summary>The largest length or chunk size that is believed: every peer, whatever its language, can represent it.</summary>
    internal const long LengthMax = 1L << 53;

    /// <summary>tchar, RFC 9110, 5.6.2.</summary>
    internal static readonly SearchValues<byte> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>tchar without capitals, RFC 9113, 8.2.1.</summary>
    internal static readonly SearchValues<byte> LowerToken = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What no field value may contain: controls except HTAB. A value's end, CR, is among them, so one search finds both.</summary>
    internal static readonly SearchValues<byte> NotValue = SearchValues.Create(Controls(except: (byte)'\t'));

    /// <summary>
    /// What no request target may contain: controls, space and '#'. Bytes from 0x80 are left to the canonical form of the path,
    /// which knows whether anybody looks at it.
    /// </summary>
    internal static readonly SearchValues<byte> NotTarget = SearchValues.Create([.. Controls(except: null), (byte)' ', (byte)'#']);

    /// <summary>Bytes of a registered name, an address or a port (RFC 3986, 3.2.2) without percent-encoding, which no DNS name needs.</summary>
    private static readonly SearchValues<byte> HostBytes = SearchValues.Create(
        "-._~!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> AddressBytes = SearchValues.Create("0123456789ABCDEFabcdef:."u8);

    internal static bool IsToken(ReadOnlySpan<byte> text) => text.Length > 0 && text.IndexOfAnyExcept(Token) < 0;

    /// <summary>An upgrade token: a name, perhaps with a version (RFC 9110, 16.7).</summary>
    internal static bool IsProtocol(ReadOnlySpan<byte> protocol)
    {
        int slash = protocol.IndexOf((byte)'/');
        return slash < 0 ? IsToken(protocol) : IsToken(protocol[..slash]) && IsToken(protocol[(slash + 1)..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t';

    internal static ReadOnlySpan<byte> TrimBlanks(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    internal static bool StartsOrEndsBlank(ReadOnlySpan<byte> value) => value.Length > 0 && (IsBlank(value[0]) || IsBlank(value[^1]));

    /// <summary>1*DIGIT and nothing else: no sign, no blank, no list; at most <see cref="LengthMax"/>.</summary>
    internal static bool TryReadLength(ReadOnlySpan<byte> text, out long length)
    {
        length = 0;
        if (text.Length is 0 or > 16)
        {
            return false;
        }

        foreach (byte value in text)
        {
            uint digit = (uint)(value - '0');
            if (digit > 9)
            {
                return false;
            }

            length = (length * 10) + digit;
        }

        return length <= LengthMax;
    }

    /// <summary>host, host:port, [v6] or [v6]:port; never empty, never with user information.</summary>
    internal static bool TrySplitAuthority(ReadOnlySpan<byte> authority, out ReadOnlySpan<byte> host, out ReadOnlySpan<byte> port)
    {
        host = port = default;
        if (authority.IsEmpty)
        {
            return false;
        }

        int hostLength;
        if (authority[0] == '[')
        {
            int close = authority.IndexOf((byte)']');
            if (close < 3 || authority[1..close].IndexOfAnyExcept(AddressBytes) >= 0)
            {
                return false;
            }

            hostLength = close + 1;
        }
        else
        {
            int end = authority.IndexOfAnyExcept(HostBytes);
            hostLength = end < 0 ? authority.Length : end;
        }

        host = authority[..hostLength];
        if (hostLength == authority.Length)
        {
            return hostLength > 0;
        }

        port = authority[(hostLength + 1)..];
        return hostLength > 0 && authority[hostLength] == ':' && IsPort(port);
    }

    internal static bool IsAuthority(ReadOnlySpan<byte> authority) => TrySplitAuthority(authority, out _, out _);

    /// <summary>
    /// Whether two authorities name the same host and port. Letters compare without case (RFC 3986, 6.2.2.1);
    /// a missing port is <paramref name="defaultPort"/>, or agrees with any when that is empty.
    /// </summary>
    internal static bool Agree(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, ReadOnlySpan<byte> defaultPort)
    {
        if (one.SequenceEqual(other))
        {
            return true;
        }

        if (!TrySplitAuthority(one, out ReadOnlySpan<byte> host, out ReadOnlySpan<byte> port)
            || !TrySplitAuthority(other, out ReadOnlySpan<byte> otherHost, out ReadOnlySpan<byte> otherPort)
            || !Ascii.EqualsIgnoreCase(host, otherHost))
        {
            return false;
        }

        if (defaultPort.IsEmpty && (port.IsEmpty || otherPort.IsEmpty))
        {
            return true;
        }

        return (port.IsEmpty ? defaultPort : port).SequenceEqual(otherPort.IsEmpty ? defaultPort : otherPort);
    }

    private static bool IsPort(ReadOnlySpan<byte> port)
    {
        return port.Length is > 0 and <= 5 && TryReadLength(port, out long value) && value <= ushort.MaxValue;
    }

    private static byte[] Controls(byte? except)
    {
        List<byte> controls = [0x7F];
        for (byte value = 0; value < 0x20; value++)
        {
            if (value != except)
            {
                controls.Add(value);
            }
        }

        return [.. controls];
    }
}
