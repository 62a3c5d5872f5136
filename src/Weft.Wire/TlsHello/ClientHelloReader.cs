namespace Weft.Wire.TlsHello;

/// <summary>
/// Reads server name and protocols from the first flight of a TLS client (RFC 8446, 4.1.2; RFC 6066, 3; RFC 7301) without
/// taking part in the handshake. With encrypted ClientHello the outer name is seen.
/// </summary>
public static class ClientHelloReader
{
    /// <summary>Octets of the largest hello that is read; with post-quantum key shares they have about 1,800.</summary>
    public const int HelloMax = 16 * 1024;

    /// <summary>Version, random, and three vectors with the least they may hold.</summary>
    private const int FixedMin = 2 + 32 + 1 + 4 + 2;

    private const int ServerNameExtension = 0;
    private const int ProtocolsExtension = 16;

    /// <summary>
    /// Reads from the start of the connection's bytes. <see cref="ReadStatus.NeedMore"/>: call again with all bytes so far and more.
    /// <see cref="ReadStatus.Rejected"/>: this is no well-formed ClientHello. Bytes after the hello are not looked at.
    /// </summary>
    public static ReadStatus TryRead(ReadOnlySpan<byte> input, out ClientHelloView view)
    {
        view = default;
        HandshakeCursor cursor = new(input);
        if (TryReadHello(ref cursor, ref view))
        {
            return ReadStatus.Done;
        }

        return cursor.IsBroken ? ReadStatus.Rejected : ReadStatus.NeedMore;
    }

    private static bool TryReadHello(ref HandshakeCursor cursor, ref ClientHelloView view)
    {
        if (!cursor.TryByte(out byte type))
        {
            return false;
        }

        if (type != 1)
        {
            return cursor.Break();
        }

        if (!cursor.TryNumber(3, out int length))
        {
            return false;
        }

        int end = cursor.Position + length;
        if (length is < FixedMin or > HelloMax)
        {
            return cursor.Break();
        }

        if (!TryReadFixedPart(ref cursor, end))
        {
            return false;
        }

        // Before TLS 1.3 a hello could end without extensions.
        return cursor.Position == end || TryReadExtensions(ref cursor, end, ref view);
    }

    /// <summary>Version, random, session id, cipher suites and compression methods: only their form matters here.</summary>
    private static bool TryReadFixedPart(ref HandshakeCursor cursor, int end)
    {
        if (!cursor.TryByte(out byte major))
        {
            return false;
        }

        if (major != 3)
        {
            return cursor.Break();
        }

        return cursor.TrySkip(1 + 32)
            && TrySkipVector(ref cursor, 1, 0, 32, end)
            && TrySkipVector(ref cursor, 2, 2, HelloMax, end)
            && TrySkipVector(ref cursor, 1, 1, 255, end);
    }

    private static bool TrySkipVector(ref HandshakeCursor cursor, int lengthOctets, int least, int most, int end)
        => TryReadLength(ref cursor, lengthOctets, least, most, end, out int length) && cursor.TrySkip(length);

    /// <summary>Reads a length and checks that what it announces fits before <paramref name="end"/>.</summary>
    private static bool TryReadLength(ref HandshakeCursor cursor, int octets, int least, int most, int end, out int length)
    {
        length = 0;
        if (octets > end - cursor.Position)
        {
            return cursor.Break();
        }

        if (!cursor.TryNumber(octets, out length))
        {
            return false;
        }

        return (length >= least && length <= most && length <= end - cursor.Position) || cursor.Break();
    }

    private static bool TryReadExtensions(ref HandshakeCursor cursor, int end, ref ClientHelloView view)
    {
        if (!TryReadLength(ref cursor, 2, 0, HelloMax, end, out int length))
        {
            return false;
        }

        if (cursor.Position + length != end)
        {
            return cursor.Break();
        }

        bool hasName = false;
        bool hasProtocols = false;
        while (cursor.Position < end)
        {
            if (end - cursor.Position < 4)
            {
                return cursor.Break();
            }

            if (!cursor.TryNumber(2, out int type) || !TryReadLength(ref cursor, 2, 0, HelloMax, end, out int size))
            {
                return false;
            }

            if ((type == ServerNameExtension && hasName) || (type == ProtocolsExtension && hasProtocols))
            {
                return cursor.Break();
            }

            hasName |= type == ServerNameExtension;
            hasProtocols |= type == ProtocolsExtension;
            int next = cursor.Position + size;
            bool read = type switch
            {
                ServerNameExtension => TryReadServerName(ref cursor, next, ref view),
                ProtocolsExtension => TryReadProtocols(ref cursor, next, ref view),
                _ => cursor.TrySkip(size),
            };
            if (!read)
            {
                return false;
            }
        }

        return cursor.Position == end || cursor.Break();
    }

    /// <summary>A list of exactly one host name: no other type of name was ever defined.</summary>
    private static bool TryReadServerName(ref HandshakeCursor cursor, int end, ref ClientHelloView view)
    {
        if (!TryReadLength(ref cursor, 2, 4, HelloMax, end, out int list))
        {
            return false;
        }

        if (cursor.Position + list != end)
        {
            return cursor.Break();
        }

        if (!cursor.TryByte(out byte type))
        {
            return false;
        }

        if (type != 0)
        {
            return cursor.Break();
        }

        if (!TryReadLength(ref cursor, 2, 1, ClientHelloView.NameMax, end, out int length))
        {
            return false;
        }

        if (cursor.Position + length != end)
        {
            return cursor.Break();
        }

        for (; length > 0; length--)
        {
            if (!cursor.TryByte(out byte value))
            {
                return false;
            }

            if (!IsNameByte(value))
            {
                return cursor.Break();
            }

            view.AddNameByte(value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value);
        }

        return true;
    }

    private static bool IsNameByte(byte value)
        => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_';

    private static bool TryReadProtocols(ref HandshakeCursor cursor, int end, ref ClientHelloView view)
    {
        if (!TryReadLength(ref cursor, 2, 2, HelloMax, end, out int list))
        {
            return false;
        }

        if (cursor.Position + list != end)
        {
            return cursor.Break();
        }

        bool keep = true;
        while (cursor.Position < end)
        {
            if (!TryReadLength(ref cursor, 1, 1, 255, end, out int length))
            {
                return false;
            }

            keep &= view.HasRoomFor(length);
            if (!TryReadProtocol(ref cursor, length, keep, ref view))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadProtocol(ref HandshakeCursor cursor, int length, bool keep, ref ClientHelloView view)
    {
        if (!keep)
        {
            return cursor.TrySkip(length);
        }

        view.AddProtocolByte((byte)length);
        for (; length > 0; length--)
        {
            if (!cursor.TryByte(out byte value))
            {
                return false;
            }

            view.AddProtocolByte(value);
        }

        return true;
    }
}
