using System.Text;
using Weft.Wire.TlsHello;

namespace Weft.Wire.Tests.Twins;

/// <summary>Holds the ClientHello reader against one that first joins the records into a message and then reads it with exceptions.</summary>
internal static class TlsHelloOracle
{
    /// <summary>Throws when they disagree; else says whether the input was accepted.</summary>
    internal static bool Check(byte[] input)
    {
        ReadStatus status = ClientHelloReader.TryRead(input, out ClientHelloView view);
        string? expected = Naive(input, out int used);
        DisagreementException.UnlessEqual(expected is not null, status == ReadStatus.Done, $"whether the hello is accepted ({status})");
        if (expected is not null)
        {
            DisagreementException.UnlessEqual(expected, Describe(view), "the hello");
        }

        int step = Math.Max(1, input.Length / 32);
        for (int length = 0; length < input.Length; length += step)
        {
            ReadStatus prefix = ClientHelloReader.TryRead(input.AsSpan(0, length), out _);
            bool agrees = prefix == ReadStatus.NeedMore ? status != ReadStatus.Done || length < used : prefix == status && (status != ReadStatus.Done || length >= used);
            DisagreementException.Unless(agrees, $"prefix of {length}: {prefix} before {status}");
        }

        return expected is not null;
    }

    internal static string Describe(in ClientHelloView view)
    {
        StringBuilder text = new();
        for (ReadOnlySpan<byte> rest = view.Protocols; !rest.IsEmpty; rest = rest[(1 + rest[0])..])
        {
            text.Append(',').Append(Text.Of(rest.Slice(1, rest[0])));
        }

        return Text.Of(view.ServerName) + text;
    }

    /// <summary>"name,protocol,protocol", or null when the hello is refused or incomplete.</summary>
    private static string? Naive(byte[] input, out int used)
    {
        used = 0;
        List<byte> message = [];
        try
        {
            for (int records = 0; message.Count < 4 || message.Count < 4 + Number(message, 1, 3); records++)
            {
                int length = (input[used + 3] << 8) | input[used + 4];
                if (input[used] != 22 || input[used + 1] != 3 || length is 0 or > 16384 || records == 64)
                {
                    return null;
                }

                // Of the last record only what belongs to the hello must be there.
                int i = 0;
                for (; i < length && (message.Count < 4 || message.Count < 4 + Number(message, 1, 3)); i++)
                {
                    message.Add(input[used + 5 + i]);
                    if (message.Count == 4 && message[0] != 1)
                    {
                        return null;
                    }
                }

                used += 5 + i;
            }

            int hello = Number(message, 1, 3);
            return hello is < 41 or > 16384 ? null : ReadHello([.. message.Skip(4).Take(hello)]);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    private static string? ReadHello(byte[] hello)
    {
        int at = 34;
        byte[] session = Vector(hello, ref at, 1);
        byte[] ciphers = Vector(hello, ref at, 2);
        byte[] compressions = Vector(hello, ref at, 1);
        if (hello[0] != 3 || session.Length > 32 || ciphers.Length < 2 || compressions.Length < 1)
        {
            return null;
        }

        if (at == hello.Length)
        {
            return "";
        }

        byte[] extensions = Vector(hello, ref at, 2);
        string? name = null;
        List<string>? protocols = null;
        int next = 0;
        if (at != hello.Length)
        {
            return null;
        }

        while (next < extensions.Length)
        {
            int type = Number([.. extensions], next, 2);
            next += 2;
            byte[] body = Vector(extensions, ref next, 2);
            if (type == 0 && (name is not null || (name = ReadName(body)) is null))
            {
                return null;
            }

            if (type == 16 && (protocols is not null || (protocols = ReadProtocols(body)) is null))
            {
                return null;
            }
        }

        return string.Join(',', [name ?? "", .. protocols ?? []]);
    }

    private static string? ReadName(byte[] body)
    {
        int at = 0;
        byte[] list = Vector(body, ref at, 2);
        int inner = 1;
        string name = list[0] == 0 && at == body.Length ? Encoding.Latin1.GetString(Vector(list, ref inner, 2)) : "";
        bool valid = inner == list.Length && name.Length is > 0 and <= 255 && name.All(c => char.IsAsciiLetterOrDigit(c) || "-._".Contains(c, StringComparison.Ordinal));
        return valid ? name.ToLowerInvariant() : null;
    }

    private static List<string>? ReadProtocols(byte[] body)
    {
        int at = 0;
        byte[] list = Vector(body, ref at, 2);
        List<string> protocols = [];
        int kept = 0;
        bool full = false;
        for (int inner = 0; inner < list.Length;)
        {
            byte[] protocol = Vector(list, ref inner, 1);
            if (protocol.Length == 0)
            {
                return null;
            }

            full |= kept + protocol.Length + 1 > 255;
            kept += full ? 0 : protocol.Length + 1;
            protocols.AddRange(full ? [] : [Encoding.Latin1.GetString(protocol)]);
        }

        return list.Length >= 2 && at == body.Length ? protocols : null;
    }

    private static byte[] Vector(byte[] from, ref int at, int octets)
    {
        int length = Number([.. from], at, octets);
        byte[] vector = from[(at + octets)..(at + octets + length)];
        at += octets + length;
        return vector;
    }

    private static int Number(List<byte> from, int at, int octets)
    {
        int value = 0;
        for (int i = 0; i < octets; i++)
        {
            value = (value << 8) | from[at + i];
        }

        return value;
    }
}
