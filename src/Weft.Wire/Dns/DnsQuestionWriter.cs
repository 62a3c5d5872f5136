using System.Buffers.Binary;

namespace Weft.Wire.Dns;

/// <summary>Writes queries of one question with recursion desired (RFC 1035, 4.1) and EDNS (RFC 6891).</summary>
public static class DnsQuestionWriter
{
    /// <summary>Room that is always enough.</summary>
    public const int Max = DnsReader.HeaderSize + DnsQuery.NameMax + 4 + OptSize;

    private const int OptSize = 11;

    /// <summary>Writes a query.</summary>
    /// <param name="name">Labels of 1 to 63 visible ASCII characters parted by dots, 253 at most, with or without a dot at the end.</param>
    /// <param name="type">What is asked for.</param>
    /// <param name="id">A number that nobody can guess.</param>
    /// <param name="output">At least <see cref="Max"/> octets.</param>
    /// <returns>Octets written; 0 when the name is none.</returns>
    public static int Write(ReadOnlySpan<char> name, DnsType type, ushort id, Span<byte> output)
    {
        name = name is [.., '.'] ? name[..^1] : name;
        if (name.Length is 0 or > 253)
        {
            return 0;
        }

        output[..DnsReader.HeaderSize].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(output, id);
        output[2] = 1;
        output[5] = 1;
        output[11] = 1;
        int at = DnsReader.HeaderSize;
        while (true)
        {
            int dot = name.IndexOf('.');
            ReadOnlySpan<char> label = dot < 0 ? name : name[..dot];
            if (label.Length is 0 or > 63 || label.ContainsAnyExceptInRange('!', '~'))
            {
                return 0;
            }

            output[at++] = (byte)label.Length;
            foreach (char letter in label)
            {
                output[at++] = (byte)letter;
            }

            if (dot < 0)
            {
                break;
            }

            name = name[(dot + 1)..];
        }

        output[at++] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(output[at..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(output[(at + 2)..], 1);
        at += 4;
        Span<byte> opt = output.Slice(at, OptSize);
        opt.Clear();
        opt[2] = (byte)DnsType.Opt;
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], DnsQuery.PayloadMax);
        return at + OptSize;
    }
}
