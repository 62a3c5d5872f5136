using System.Buffers.Binary;

namespace Weft.Wire.Dns;

/// <summary>
/// Writes answers to a query of <see cref="DnsReader"/>. The question is copied from the query's packet octet for octet, as resolvers
/// vary the case of letters to make answers hard to guess. Every method returns the octets written, or 0 when
/// <c>output</c> is too small for the header, the question and the OPT record.
/// </summary>
public static class DnsWriter
{
    private const int OptSize = 11;
    private const int RecordOverhead = 12;

    /// <summary>
    /// Answers an A or AAAA query. <paramref name="addresses"/> are addresses of 4 (A) or 16 (AAAA) octets, one after another; none
    /// means that the name exists without such a record. What the client or <paramref name="output"/> cannot take is answered as truncated.
    /// </summary>
    public static int WriteAddresses(in DnsQuery query, ReadOnlySpan<byte> packet, ReadOnlySpan<byte> addresses, uint ttlSeconds, Span<byte> output)
    {
        int size = query.Type == DnsType.Aaaa ? 16 : 4;
        if (addresses.Length % size != 0 || query.Type is not (DnsType.A or DnsType.Aaaa))
        {
            throw new ArgumentException("Addresses must be whole and the query for A or AAAA.", nameof(addresses));
        }

        int count = addresses.Length / size;
        int frame = FrameSize(query);
        int total = frame + (count * (RecordOverhead + size));
        if (total > Math.Min(output.Length, query.Payload))
        {
            return WriteTruncated(query, packet, output);
        }

        WriteHeader(query, DnsResponseCode.NoError, truncated: false, count, output);
        int at = CopyQuestion(query, packet, output);
        for (; !addresses.IsEmpty; addresses = addresses[size..])
        {
            Span<byte> record = output.Slice(at, RecordOverhead + size);
            BinaryPrimitives.WriteUInt16BigEndian(record, 0xC000 | DnsReader.HeaderSize);
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)query.Type);
            BinaryPrimitives.WriteUInt16BigEndian(record[4..], query.Class);
            BinaryPrimitives.WriteUInt32BigEndian(record[6..], ttlSeconds);
            BinaryPrimitives.WriteUInt16BigEndian(record[10..], (ushort)size);
            addresses[..size].CopyTo(record[RecordOverhead..]);
            at += record.Length;
        }

        return WriteOpt(query, DnsResponseCode.NoError, at, output);
    }

    /// <summary>Answers without records: NXDOMAIN, SERVFAIL and the like, or NOERROR for a name without records of the type.</summary>
    public static int WriteCode(in DnsQuery query, ReadOnlySpan<byte> packet, DnsResponseCode code, Span<byte> output)
        => WriteEmpty(query, packet, code, truncated: false, output);

    /// <summary>Tells the client to ask again over TCP.</summary>
    public static int WriteTruncated(in DnsQuery query, ReadOnlySpan<byte> packet, Span<byte> output)
        => WriteEmpty(query, packet, DnsResponseCode.NoError, truncated: true, output);

    private static int WriteEmpty(in DnsQuery query, ReadOnlySpan<byte> packet, DnsResponseCode code, bool truncated, Span<byte> output)
    {
        if (output.Length < FrameSize(query))
        {
            return 0;
        }

        WriteHeader(query, code, truncated, 0, output);
        return WriteOpt(query, code, CopyQuestion(query, packet, output), output);
    }

    private static int FrameSize(in DnsQuery query) => DnsReader.HeaderSize + query.QuestionLength + (query.HasEdns ? OptSize : 0);

    /// <summary>Response, authoritative, recursion available.</summary>
    private static void WriteHeader(in DnsQuery query, DnsResponseCode code, bool truncated, int answers, Span<byte> output)
    {
        int flags = 0x8480 | (truncated ? 0x0200 : 0) | (query.RecursionDesired ? 0x0100 : 0) | ((int)code & 0xF);
        BinaryPrimitives.WriteUInt16BigEndian(output, query.Id);
        BinaryPrimitives.WriteUInt16BigEndian(output[2..], (ushort)flags);
        BinaryPrimitives.WriteUInt16BigEndian(output[4..], (ushort)(query.QuestionLength > 0 ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(output[6..], (ushort)answers);
        BinaryPrimitives.WriteUInt16BigEndian(output[8..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(output[10..], (ushort)(query.HasEdns ? 1 : 0));
    }

    private static int CopyQuestion(in DnsQuery query, ReadOnlySpan<byte> packet, Span<byte> output)
    {
        packet.Slice(DnsReader.HeaderSize, query.QuestionLength).CopyTo(output[DnsReader.HeaderSize..]);
        return DnsReader.HeaderSize + query.QuestionLength;
    }

    private static int WriteOpt(in DnsQuery query, DnsResponseCode code, int at, Span<byte> output)
    {
        if (!query.HasEdns)
        {
            return at;
        }

        Span<byte> opt = output.Slice(at, OptSize);
        opt.Clear();
        opt[2] = (byte)DnsType.Opt;
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], DnsQuery.PayloadMax);
        opt[5] = (byte)((int)code >> 4);
        return at + OptSize;
    }
}
