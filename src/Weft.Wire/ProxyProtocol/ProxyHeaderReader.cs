using System.Buffers.Binary;
using System.Numerics;
using Weft.Primitives.Net;

namespace Weft.Wire.ProxyProtocol;

/// <summary>
/// Reads PROXY protocol headers of both versions strictly: whatever is not exactly a header is refused, at the first octet that shows it
/// where the form allows. Extensions (TLVs) must be well-formed and are not looked at, except for the checksum, which must be right.
/// </summary>
public static class ProxyHeaderReader
{
    private const int V2Fixed = 16;

    /// <summary>The shortest header, "PROXY UNKNOWN" and CRLF: so much may always be read.</summary>
    private const int Least = 15;

    private const int ChecksumType = 3;

    /// <summary>Reads from the start of a connection's octets.</summary>
    /// <param name="input">All octets so far; those after the header are not looked at.</param>
    /// <param name="header">The header, with <see cref="ReadStatus.Done"/>.</param>
    /// <param name="missing">With <see cref="ReadStatus.NeedMore"/>: octets that certainly still belong to the header, at least 1, so that a
    /// reader who reads no more than these never takes an octet of what follows.</param>
    public static ReadStatus TryRead(ReadOnlySpan<byte> input, out ProxyHeader header, out int missing)
    {
        header = default;
        missing = Least - input.Length;
        if (input.IsEmpty)
        {
            return ReadStatus.NeedMore;
        }

        return input[0] == (byte)'P' ? ReadV1(input, out header, out missing) : ReadV2(input, out header, out missing);
    }

    private static ReadStatus ReadV1(ReadOnlySpan<byte> input, out ProxyHeader header, out int missing)
    {
        header = default;
        missing = 0;
        ReadOnlySpan<byte> start = "PROXY "u8;
        int common = Math.Min(input.Length, start.Length);
        if (!input[..common].SequenceEqual(start[..common]))
        {
            return ReadStatus.Rejected;
        }

        int end = input[..Math.Min(input.Length, ProxyHeader.V1Max)].IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0 || (end == input.Length - 1 && input[end] == '\r'))
        {
            if (input.Length >= ProxyHeader.V1Max)
            {
                return ReadStatus.Rejected;
            }

            // The shortest lines of each kind; from there on, at least the CRLF, or the LF of it.
            int least = input.Length < 10 ? Least : input[9] switch { (byte)'4' => 32, (byte)'6' => 22, _ => Least };
            missing = Math.Max(least - input.Length, end < 0 && input.Length < ProxyHeader.V1Max - 1 ? 2 : 1);
            return end >= 0 && missing > 1 ? ReadStatus.Rejected : ReadStatus.NeedMore;
        }

        if (input[end] != '\r' || end + 1 >= ProxyHeader.V1Max || input[end + 1] != '\n')
        {
            return ReadStatus.Rejected;
        }

        ReadOnlySpan<byte> line = input[start.Length..end];
        header = new ProxyHeader(ProxyVersion.V1, false, default, default, end + 2);
        bool isUnknown = line.StartsWith("UNKNOWN"u8) && (line.Length == 7 || line[7] == ' ');
        return isUnknown || TryReadAddresses(line, ref header) ? ReadStatus.Done : ReadStatus.Rejected;
    }

    /// <summary>"TCP4 source destination port port", parted by single blanks.</summary>
    private static bool TryReadAddresses(ReadOnlySpan<byte> line, ref ProxyHeader header)
    {
        bool isV4 = line.StartsWith("TCP4 "u8);
        if (!isV4 && !line.StartsWith("TCP6 "u8))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = line[5..];
        return TryCut(ref rest, out ReadOnlySpan<byte> source) && TryCut(ref rest, out ReadOnlySpan<byte> destination) && TryCut(ref rest, out ReadOnlySpan<byte> from)
            && TryNumber(from, ushort.MaxValue, out int sourcePort) && TryNumber(rest, ushort.MaxValue, out int destinationPort)
            && TryAddress(source, isV4, (ushort)sourcePort, out NetAddress client) && TryAddress(destination, isV4, (ushort)destinationPort, out NetAddress server)
            && (header = header with { Source = client, Destination = server }).Length > 0;
    }

    private static bool TryCut(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> word)
    {
        int blank = rest.IndexOf((byte)' ');
        word = blank < 0 ? default : rest[..blank];
        rest = blank < 0 ? rest : rest[(blank + 1)..];
        return blank > 0;
    }

    /// <summary>Decimal digits without a zero in front.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> digits, int most, out int value)
    {
        value = 0;
        if (digits.Length is 0 or > 5 || (digits.Length > 1 && digits[0] == '0'))
        {
            return false;
        }

        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return value <= most;
    }

    private static bool TryAddress(ReadOnlySpan<byte> text, bool isV4, ushort port, out NetAddress address)
    {
        if (isV4)
        {
            bool valid = TryV4(text, out uint four);
            address = NetAddress.V4(four, port);
            return valid;
        }

        bool isRead = TryV6(text, out UInt128 sixteen);
        address = NetAddress.V6(sixteen, port);
        return isRead;
    }

    private static bool TryV4(ReadOnlySpan<byte> text, out uint bits)
    {
        bits = 0;
        for (int part = 0; part < 4; part++)
        {
            int dot = part < 3 ? text.IndexOf((byte)'.') : text.Length;
            if (dot < 0 || !TryNumber(text[..dot], byte.MaxValue, out int value))
            {
                return false;
            }

            bits = (bits << 8) | (uint)value;
            text = part < 3 ? text[(dot + 1)..] : text;
        }

        return true;
    }

    /// <summary>Eight groups of one to four hexadecimal digits; "::" once for one group of zeros or more.</summary>
    private static bool TryV6(ReadOnlySpan<byte> text, out UInt128 bits)
    {
        bits = 0;
        int gap = text.IndexOf("::"u8);
        if (gap < 0)
        {
            return TryGroups(text, out bits, out int all) && all == 8;
        }

        int after = 0;
        UInt128 low = 0;
        int before = 0;
        if ((gap > 0 && !TryGroups(text[..gap], out bits, out before)) || (gap + 2 < text.Length && !TryGroups(text[(gap + 2)..], out low, out after)) || before + after > 7)
        {
            return false;
        }

        bits = (before == 0 ? 0 : bits << (16 * (8 - before))) | low;
        return true;
    }

    private static bool TryGroups(ReadOnlySpan<byte> text, out UInt128 bits, out int count)
    {
        bits = 0;
        count = 0;
        while (count < 8)
        {
            int colon = text.IndexOf((byte)':');
            ReadOnlySpan<byte> group = colon < 0 ? text : text[..colon];
            if (group.Length is 0 or > 4)
            {
                return false;
            }

            uint value = 0;
            foreach (byte digit in group)
            {
                if (!char.IsAsciiHexDigit((char)digit))
                {
                    return false;
                }

                value = (value << 4) | (uint)(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
            }

            bits = (bits << 16) | value;
            count++;
            if (colon < 0)
            {
                return true;
            }

            text = text[(colon + 1)..];
        }

        return false;
    }

    private static ReadStatus ReadV2(ReadOnlySpan<byte> input, out ProxyHeader header, out int missing)
    {
        header = default;
        missing = 0;
        ReadOnlySpan<byte> signature = ProxyHeader.Signature;
        int common = Math.Min(input.Length, signature.Length);
        if (!input[..common].SequenceEqual(signature[..common])
            || (input.Length > 12 && input[12] is not (0x20 or 0x21))
            || (input.Length > 13 && input[12] == 0x21 && AddressLength(input[13]) < 0))
        {
            return ReadStatus.Rejected;
        }

        if (input.Length < V2Fixed)
        {
            missing = V2Fixed - input.Length;
            return ReadStatus.NeedMore;
        }

        int length = V2Fixed + BinaryPrimitives.ReadUInt16BigEndian(input[14..]);
        bool isLocal = input[12] == 0x20;
        int addresses = isLocal ? 0 : AddressLength(input[13]);
        if (length > ProxyHeader.V2Max || length < V2Fixed + addresses)
        {
            return ReadStatus.Rejected;
        }

        if (input.Length < length)
        {
            missing = length - input.Length;
            return ReadStatus.NeedMore;
        }

        header = new ProxyHeader(ProxyVersion.V2, isLocal, default, default, length);
        if (isLocal || input[13] == 0)
        {
            // What stands there says nothing of this connection.
            return ReadStatus.Done;
        }

        (NetAddress source, NetAddress destination) = ReadAddresses(input[13], input[V2Fixed..]);
        header = header with { Source = source, Destination = destination };
        return AreExtensionsValid(input[..length], V2Fixed + addresses) ? ReadStatus.Done : ReadStatus.Rejected;
    }

    /// <summary>Octets of the addresses for a family and transport; -1 for what does not exist.</summary>
    private static int AddressLength(byte family) => family switch
    {
        0x00 => 0,
        0x11 or 0x12 => 12,
        0x21 or 0x22 => 36,
        0x31 or 0x32 => 216,
        _ => -1,
    };

    /// <summary>TCP alone has addresses that mean something here.</summary>
    private static (NetAddress Source, NetAddress Destination) ReadAddresses(byte family, ReadOnlySpan<byte> block) => family switch
    {
        0x11 => (
            NetAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(block), BinaryPrimitives.ReadUInt16BigEndian(block[8..])),
            NetAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(block[4..]), BinaryPrimitives.ReadUInt16BigEndian(block[10..]))),
        0x21 => (
            NetAddress.V6(BinaryPrimitives.ReadUInt128BigEndian(block), BinaryPrimitives.ReadUInt16BigEndian(block[32..])),
            NetAddress.V6(BinaryPrimitives.ReadUInt128BigEndian(block[16..]), BinaryPrimitives.ReadUInt16BigEndian(block[34..]))),
        _ => (default, default),
    };

    private static bool AreExtensionsValid(ReadOnlySpan<byte> header, int at)
    {
        int checksumAt = 0;
        while (at < header.Length)
        {
            if (header.Length - at < 3)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(header[(at + 1)..]);
            if (length > header.Length - at - 3)
            {
                return false;
            }

            if (header[at] == ChecksumType)
            {
                if (length != 4 || checksumAt > 0)
                {
                    return false;
                }

                checksumAt = at + 3;
            }

            at += 3 + length;
        }

        return checksumAt == 0 || BinaryPrimitives.ReadUInt32BigEndian(header[checksumAt..]) == Checksum(header, checksumAt);
    }

    /// <summary>CRC-32C (RFC 9260, appendix A) with zeros in the place of the checksum itself.</summary>
    private static uint Checksum(ReadOnlySpan<byte> header, int checksumAt)
    {
        uint crc = uint.MaxValue;
        for (int i = 0; i < header.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, i >= checksumAt && i < checksumAt + 4 ? (byte)0 : header[i]);
        }

        return ~crc;
    }
}
