using System.Text;
using Weft.Wire.Dns;

namespace Weft.Wire.Tests.Twins;

/// <summary>Holds the DNS query reader against one made of lists, and checks that every answer is a well-formed one to the query.</summary>
internal static class DnsOracle
{
    /// <summary>Throws when they disagree; else says whether the input was accepted.</summary>
    internal static bool Check(byte[] packet)
    {
        bool read = DnsReader.TryReadQuery(packet, out DnsQuery query, out DnsResponseCode code);
        string expected = Naive(packet);
        string actual = !read ? query.CanAnswer ? code.ToString() : "Drop"
            : $"{(query.HasPlainName ? Text.Of(query.Name) : "?")} {(ushort)query.Type} {query.Class} {(query.HasEdns ? query.Payload : 0)}";
        DisagreementException.UnlessEqual(expected, actual, "the query");
        if (query.CanAnswer)
        {
            CheckAnswers(packet, query, code);
        }

        return read;
    }

    private static void CheckAnswers(byte[] packet, DnsQuery query, DnsResponseCode code)
    {
        byte[] output = new byte[DnsQuery.PayloadMax];
        int size = DnsWriter.WriteCode(query, packet, code, output);
        DisagreementException.Unless(size >= 12 && output[0] == packet[0] && output[1] == packet[1] && (output[2] & 0x80) != 0, "the answer's header");
        DisagreementException.Unless((output[3] & 15) == ((int)code & 15), "the answer's code");
        if (query.QuestionLength > 0)
        {
            DisagreementException.Unless(DnsReader.IsAnswerTo(output.AsSpan(0, size), packet, query), "the answer is recognised");
        }

        if (code == DnsResponseCode.NoError && query.Type is DnsType.A or DnsType.Aaaa)
        {
            byte[] addresses = new byte[(query.Type == DnsType.A ? 4 : 16) * (packet[1] & 63)];
            size = DnsWriter.WriteAddresses(query, packet, addresses, 30, output);
            bool truncated = (output[2] & 2) != 0;
            DisagreementException.Unless(size <= query.Payload && (truncated ? output[7] == 0 : output[7] == (packet[1] & 63)), "answers fit or are truncated");
        }
    }

    private static string Naive(byte[] packet)
    {
        if (packet.Length < 12 || packet[2] >= 128)
        {
            return "Drop";
        }

        if ((packet[2] & 0x78) != 0)
        {
            return "NotImplemented";
        }

        try
        {
            List<int> counts = [.. Enumerable.Range(0, 4).Select(i => (packet[4 + (2 * i)] << 8) | packet[5 + (2 * i)])];
            if (counts[0] != 1 || counts[1] != 0 || counts[2] != 0 || counts[3] > 4)
            {
                return "FormatError";
            }

            int at = 12;
            string? name = Name(packet, ref at, first: true);
            int type = (packet[at] << 8) | packet[at + 1];
            int question = (packet[at + 2] << 8) | packet[at + 3];
            at += 4;
            int payload = 0;
            for (int i = 0; i < counts[3]; i++)
            {
                bool root = packet[at] == 0;
                Name(packet, ref at, first: false);
                int kind = (packet[at] << 8) | packet[at + 1];
                int length = (packet[at + 8] << 8) | packet[at + 9];
                if (kind == 41 && (!root || payload != 0))
                {
                    return "FormatError";
                }

                if (at + 10 + length > packet.Length)
                {
                    return "FormatError";
                }

                if (kind == 41)
                {
                    payload = Math.Clamp((packet[at + 2] << 8) | packet[at + 3], 512, 1232);
                    if (packet[at + 5] != 0)
                    {
                        return "BadVersion";
                    }
                }

                at += 10 + length;
            }

            return at == packet.Length ? $"{name ?? "?"} {type} {question} {payload}" : "FormatError";
        }
        catch (Exception e) when (e is IndexOutOfRangeException or InvalidDataException or ArgumentException)
        {
            return "FormatError";
        }
    }

    /// <summary>Null when the name has bytes that dotted text cannot show.</summary>
    private static string? Name(byte[] packet, ref int at, bool first)
    {
        List<string> labels = [];
        int start = at;
        int total = 1;
        while (packet[at] != 0)
        {
            int length = packet[at];
            if (length >= 0xC0 && !first)
            {
                int target = ((length & 63) << 8) | packet[at + 1];
                at += 2;
                return target >= 12 && target < start ? "" : throw new InvalidDataException();
            }

            total += length + 1;
            if (length > 63 || total > 255)
            {
                throw new InvalidDataException();
            }

            labels.Add(Encoding.Latin1.GetString(packet, at + 1, length));
            at += length + 1;
        }

        at++;
        bool plain = labels.All(label => label.All(c => c is > ' ' and < '\u007f' and not '.' and not '\\'));
        return plain ? string.Join('.', labels).ToLowerInvariant() : null;
    }
}
