using System.Buffers.Binary;

namespace Weft.Wire.Dns;

/// <summary>Reads DNS queries (RFC 1035, 4.1) with EDNS (RFC 6891). Every packet is hostile and is read in time linear in its length.</summary>
public static class DnsReader
{
    internal const int HeaderSize = 12;

    /// <summary>Resolvers send one additional record, OPT; a few more (TSIG, SIG) do no harm.</summary>
    private const int AdditionalMax = 4;

    private const int LabelMax = 63;

    /// <summary>
    /// Reads a query. On false the query is answered with <paramref name="code"/> if <see cref="DnsQuery.CanAnswer"/>, and
    /// dropped in silence otherwise, so that two servers never answer each other forever.
    /// </summary>
    public static bool TryReadQuery(ReadOnlySpan<byte> packet, out DnsQuery query, out DnsResponseCode code)
    {
        query = new DnsQuery { Payload = DnsQuery.PayloadMin };
        code = DnsResponseCode.FormatError;
        if (packet.Length < HeaderSize)
        {
            return false;
        }

        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        query.Id = BinaryPrimitives.ReadUInt16BigEndian(packet);
        query.CanAnswer = (flags & 0x8000) == 0;
        query.RecursionDesired = (flags & 0x0100) != 0;
        if (!query.CanAnswer)
        {
            return false;
        }

        if ((flags & 0x7800) != 0)
        {
            code = DnsResponseCode.NotImplemented;
            return false;
        }

        // One question, no answers, no authorities.
        bool counts = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) == 1 && BinaryPrimitives.ReadUInt32BigEndian(packet[6..]) == 0;
        int additional = BinaryPrimitives.ReadUInt16BigEndian(packet[10..]);
        int at = HeaderSize;
        if (!counts || additional > AdditionalMax || !TryReadQuestion(packet, ref at, ref query))
        {
            return false;
        }

        code = ReadAdditional(packet, at, additional, ref query);
        return code == DnsResponseCode.NoError;
    }

    /// <summary>
    /// Whether a packet from an upstream server answers the question of <paramref name="queryPacket"/>: a response with the same
    /// identifier and, octet for octet, the same question. Anything else may be an attempt to plant an answer.
    /// </summary>
    public static bool IsAnswerTo(ReadOnlySpan<byte> response, ReadOnlySpan<byte> queryPacket, in DnsQuery query)
    {
        int end = HeaderSize + query.QuestionLength;
        return response.Length >= end && queryPacket.Length >= end
            && response[..2].SequenceEqual(queryPacket[..2])
            && (response[2] & 0xF8) == 0x80
            && BinaryPrimitives.ReadUInt16BigEndian(response[4..]) == 1
            && response[HeaderSize..end].SequenceEqual(queryPacket[HeaderSize..end]);
    }

    private static bool TryReadQuestion(ReadOnlySpan<byte> packet, ref int at, ref DnsQuery query)
    {
        if (!TryReadName(packet, ref at, ref query) || packet.Length - at < 4)
        {
            return false;
        }

        query.Type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(packet[at..]);
        query.Class = BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]);
        at += 4;
        query.QuestionLength = at - HeaderSize;
        return true;
    }

    /// <summary>The first name of a packet has nothing before it that a compression pointer could mean, so there it is an error.</summary>
    private static bool TryReadName(ReadOnlySpan<byte> packet, ref int at, ref DnsQuery query)
    {
        query.HasPlainName = true;
        for (int start = at; at < packet.Length;)
        {
            int length = packet[at++];
            if (length == 0)
            {
                return true;
            }

            if (length > LabelMax || length > packet.Length - at || at + length - start >= DnsQuery.NameMax)
            {
                return false;
            }

            if (query.NameLength > 0)
            {
                query.AddNameByte((byte)'.');
            }

            foreach (byte value in packet.Slice(at, length))
            {
                query.HasPlainName &= value is > 0x20 and < 0x7F and not ((byte)'.' or (byte)'\\');
                query.AddNameByte(value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value);
            }

            at += length;
        }

        return false;
    }

    private static DnsResponseCode ReadAdditional(ReadOnlySpan<byte> packet, int at, int count, ref DnsQuery query)
    {
        for (; count > 0; count--)
        {
            int start = at;
            if (!TrySkipName(packet, ref at) || packet.Length - at < 10)
            {
                return DnsResponseCode.FormatError;
            }

            DnsType type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(packet[at..]);
            int payload = BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]);
            byte version = packet[at + 5];
            at += 10 + BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 8)..]);
            if (at > packet.Length || (type == DnsType.Opt && (query.HasEdns || packet[start] != 0)))
            {
                return DnsResponseCode.FormatError;
            }

            if (type == DnsType.Opt)
            {
                query.HasEdns = true;
                query.Payload = Math.Clamp(payload, DnsQuery.PayloadMin, DnsQuery.PayloadMax);
                if (version != 0)
                {
                    return DnsResponseCode.BadVersion;
                }
            }
        }

        return at == packet.Length ? DnsResponseCode.NoError : DnsResponseCode.FormatError;
    }

    /// <summary>Steps over a name without following its pointer, which must at least point back, behind the header.</summary>
    private static bool TrySkipName(ReadOnlySpan<byte> packet, ref int at)
    {
        int start = at;
        while (at < packet.Length)
        {
            int length = packet[at++];
            if (length >= 0xC0)
            {
                return at < packet.Length && (((length & 0x3F) << 8) | packet[at++]) is var target && target >= HeaderSize && target < start;
            }

            if (length > LabelMax || length > packet.Length - at || at + length - start > DnsQuery.NameMax)
            {
                return false;
            }

            at += length;
            if (length == 0)
            {
                return true;
            }
        }

        return false;
    }
}
