using System.Buffers.Binary;
using Weft.Primitives.Net;

namespace Weft.Wire.Dns;

/// <summary>
/// Reads the addresses out of an answer (RFC 1035, 4.1.3; AAAA: RFC 3596), through aliases. Everything is hostile: pointers only lead
/// backwards, and records, aliases and addresses are few.
/// </summary>
public static class DnsAnswerReader
{
    /// <summary>Addresses that are taken.</summary>
    public const int AddressesMax = 16;

    /// <summary>Records of the answer section that are looked at; an answer with more is refused.</summary>
    public const int RecordsMax = 64;

    /// <summary>Aliases that are followed.</summary>
    private const int AliasesMax = 8;

    /// <summary>Reads an answer to our own query.</summary>
    /// <param name="packet">What came.</param>
    /// <param name="queryPacket">What was asked, from <see cref="DnsQuestionWriter"/>, with type A or AAAA.</param>
    /// <returns>Null when it is no answer to that question, or is malformed.</returns>
    public static DnsAnswer? TryRead(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> queryPacket)
    {
        if (!DnsReader.TryReadQuery(queryPacket, out DnsQuery query, out _) || !DnsReader.IsAnswerTo(packet, queryPacket, query))
        {
            return null;
        }

        DnsResponseCode code = (DnsResponseCode)(packet[3] & 0xF);
        bool isTruncated = (packet[2] & 2) != 0;
        if (isTruncated || code != DnsResponseCode.NoError)
        {
            return new DnsAnswer(code, isTruncated, [], 0);
        }

        int records = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        Span<Record> answer = stackalloc Record[RecordsMax];
        if (records > RecordsMax || !TryReadRecords(packet, DnsReader.HeaderSize + query.QuestionLength, answer[..records]))
        {
            return null;
        }

        return Follow(packet, answer[..records], query.Type);
    }

    private static bool TryReadRecords(ReadOnlySpan<byte> packet, int at, Span<Record> records)
    {
        Span<byte> name = stackalloc byte[DnsQuery.NameMax];
        for (int i = 0; i < records.Length; i++)
        {
            int owner = at;
            if (TryReadName(packet, ref at, name) == 0 || packet.Length - at < 10)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 8)..]);
            records[i] = new Record(
                owner,
                BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]) == 1 ? (DnsType)BinaryPrimitives.ReadUInt16BigEndian(packet[at..]) : DnsType.None,
                BinaryPrimitives.ReadUInt32BigEndian(packet[(at + 4)..]),
                at + 10,
                length);
            at += 10;
            int alias = at;
            if (length > packet.Length - at || (records[i].Type == DnsType.Cname && (TryReadName(packet, ref alias, name) == 0 || alias != at + length)))
            {
                return false;
            }

            at += length;
        }

        return true;
    }

    /// <summary>From the name of the question through its aliases to the addresses.</summary>
    private static DnsAnswer? Follow(ReadOnlySpan<byte> packet, ReadOnlySpan<Record> records, DnsType type)
    {
        Span<byte> wanted = stackalloc byte[DnsQuery.NameMax];
        Span<byte> owner = stackalloc byte[DnsQuery.NameMax];
        int at = DnsReader.HeaderSize;
        int length = TryReadName(packet, ref at, wanted);
        List<NetAddress> addresses = [];
        uint ttl = uint.MaxValue;
        for (int aliases = 0; aliases <= AliasesMax; aliases++)
        {
            int alias = -1;
            foreach (Record record in records)
            {
                at = record.Owner;
                int ownerLength = TryReadName(packet, ref at, owner);
                if (!owner[..ownerLength].SequenceEqual(wanted[..length]))
                {
                    continue;
                }

                if (record.Type == type && TryReadAddress(packet.Slice(record.Data, record.Length), type, out NetAddress address) && addresses.Count < AddressesMax)
                {
                    addresses.Add(address);
                    ttl = Math.Min(ttl, record.TtlSeconds);
                }
                else if (record.Type == DnsType.Cname && alias < 0)
                {
                    alias = record.Data;
                    ttl = Math.Min(ttl, record.TtlSeconds);
                }
            }

            if (addresses.Count > 0 || alias < 0)
            {
                // A time with its highest bit set is none (RFC 2181, 8).
                return new DnsAnswer(DnsResponseCode.NoError, false, addresses, addresses.Count == 0 || ttl > int.MaxValue ? 0 : ttl);
            }

            length = TryReadName(packet, ref alias, wanted);
        }

        return null;
    }

    private static bool TryReadAddress(ReadOnlySpan<byte> data, DnsType type, out NetAddress address)
    {
        address = default;
        switch (type)
        {
            case DnsType.A when data.Length == 4:
                address = NetAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(data), 0);
                return true;
            case DnsType.Aaaa when data.Length == 16:
                address = NetAddress.V6(BinaryPrimitives.ReadUInt128BigEndian(data), 0);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads a name, in lower case and with the lengths of its labels, and steps over it; its octets, or 0 when it is none.</summary>
    private static int TryReadName(ReadOnlySpan<byte> packet, ref int at, Span<byte> name)
    {
        int written = 0;
        int next = at;
        int before = at;
        bool jumped = false;
        while (next < packet.Length)
        {
            int length = packet[next++];
            if (length >= 0xC0)
            {
                int target = next < packet.Length ? ((length & 0x3F) << 8) | packet[next++] : before;
                if (!jumped)
                {
                    at = next;
                    jumped = true;
                }

                // Each pointer leads further back than all before it, so that there is an end.
                if (target >= before || target < DnsReader.HeaderSize)
                {
                    return 0;
                }

                next = before = target;
                continue;
            }

            if (length > 63 || length > packet.Length - next || written + 1 + length > DnsQuery.NameMax)
            {
                return 0;
            }

            name[written++] = (byte)length;
            foreach (byte letter in packet.Slice(next, length))
            {
                name[written++] = letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter;
            }

            next += length;
            if (length == 0)
            {
                at = jumped ? at : next;
                return written;
            }
        }

        return 0;
    }

    private readonly record struct Record(int Owner, DnsType Type, uint TtlSeconds, int Data, int Length);
}
