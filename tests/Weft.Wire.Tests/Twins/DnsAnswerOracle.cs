using System.Net;
using Weft.Wire.Dns;

namespace Weft.Wire.Tests.Twins;

/// <summary>Holds the reader of DNS answers against one that makes text of everything first.</summary>
internal static class DnsAnswerOracle
{
    internal const string Name = "www.example";

    /// <summary>The question that every input answers, or not.</summary>
    internal static byte[] Question { get; } = MakeQuestion();

    /// <summary>Throws when they disagree; else says whether the input was accepted.</summary>
    internal static bool Check(byte[] input)
    {
        DnsAnswer? answer = DnsAnswerReader.TryRead(input, Question);
        string? expected = Naive(input);
        string? actual = answer is null ? null : $"{(int)answer.Code} {answer.IsTruncated} {string.Join(',', answer.Addresses.Select(address => address.HostText))} {answer.TtlSeconds}";
        DisagreementException.UnlessEqual(expected ?? "none", actual ?? "none", "the answer");
        return expected is not null;
    }

    private static byte[] MakeQuestion()
    {
        byte[] packet = new byte[DnsQuestionWriter.Max];
        return packet[..DnsQuestionWriter.Write(Name, DnsType.A, 0x1234, packet)];
    }

    private static string? Naive(byte[] p)
    {
        try
        {
            int end = 12 + Name.Length + 2 + 4;
            bool answers = p[0] == 0x12 && p[1] == 0x34 && p[2] >> 3 == 16 && p[4] == 0 && p[5] == 1 && p.AsSpan(12..end).SequenceEqual(Question.AsSpan(12..end));
            if (!answers)
            {
                return null;
            }

            bool isTruncated = (p[2] & 2) != 0;
            int code = p[3] & 15;
            if (isTruncated || code != 0)
            {
                return $"{code} {isTruncated}  0";
            }

            List<(string Owner, int Type, long Ttl, byte[] Data, string Alias)> records = [];
            int at = end;
            int count = (p[6] << 8) + p[7];
            if (count > 64)
            {
                return null;
            }

            for (int i = 0; i < count; i++)
            {
                string owner = ReadName(p, ref at);
                int type = (p[at] << 8) + p[at + 1];
                int kind = (p[at + 2] << 8) + p[at + 3];
                long ttl = ((long)p[at + 4] << 24) + (p[at + 5] << 16) + (p[at + 6] << 8) + p[at + 7];
                int length = (p[at + 8] << 8) + p[at + 9];
                at += 10;
                byte[] data = p[at..(at + length)];
                string alias = "";
                if (type == 5 && kind == 1)
                {
                    int within = at;
                    alias = ReadName(p, ref within);
                    if (within != at + length)
                    {
                        return null;
                    }
                }

                at += length;
                records.Add((owner, kind == 1 ? type : 0, ttl, data, alias));
            }

            return Follow(records);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static string? Follow(List<(string Owner, int Type, long Ttl, byte[] Data, string Alias)> records)
    {
        int question = 12;
        string wanted = ReadName(Question, ref question);
        long least = uint.MaxValue;
        for (int i = 0; i < 9; i++)
        {
            var mine = records.Where(record => record.Owner == wanted).ToList();
            var found = mine.Where(record => record.Type == 1 && record.Data.Length == 4).Take(16).ToList();
            var aliases = mine.Where(record => record.Type == 5).Take(1).ToList();
            least = found.Concat(aliases).Select(record => record.Ttl).Append(least).Min();
            if (found.Count > 0)
            {
                return $"0 False {string.Join(',', found.Select(record => new IPAddress(record.Data)))} {(least > int.MaxValue ? 0 : least)}";
            }

            if (aliases.Count == 0)
            {
                return "0 False  0";
            }

            wanted = aliases[0].Alias;
        }

        return null;
    }

    /// <summary>Labels in hexadecimal with dots, lower case.</summary>
    private static string ReadName(byte[] p, ref int at)
    {
        List<string> labels = [];
        int length = 0;
        int bound = at;
        int? after = null;
        int next = at;
        while (p[next] != 0)
        {
            if (p[next] >= 0xC0)
            {
                int target = ((p[next] & 63) << 8) + p[next + 1];
                after ??= next + 2;
                if (target >= bound || target < 12)
                {
                    throw new FormatException();
                }

                next = bound = target;
                continue;
            }

            if (p[next] > 63)
            {
                throw new FormatException();
            }

            byte[] label = p[(next + 1)..(next + 1 + p[next])];
            length += 1 + label.Length;
            labels.Add(Convert.ToHexString([.. label.Select(letter => (byte)(letter is >= 65 and <= 90 ? letter + 32 : letter))]));
            next += 1 + label.Length;
        }

        if (length + 1 > 255)
        {
            throw new FormatException();
        }

        at = after ?? next + 1;
        return string.Join('.', labels);
    }
}
