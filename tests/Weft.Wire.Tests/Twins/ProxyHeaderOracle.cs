using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Weft.Wire.ProxyProtocol;

namespace Weft.Wire.Tests.Twins;

/// <summary>Holds the PROXY header reader against one of patterns, lists and .NET's own addresses.</summary>
internal static partial class ProxyHeaderOracle
{
    /// <summary>Throws when they disagree; else says whether the input was accepted.</summary>
    internal static bool Check(byte[] input)
    {
        ReadStatus status = ProxyHeaderReader.TryRead(input, out ProxyHeader header, out int missing);
        string? expected = Naive(input);
        DisagreementException.UnlessEqual(expected ?? "none", status == ReadStatus.Done ? Describe(header) : "none", $"the header ({status})");
        DisagreementException.Unless(status != ReadStatus.NeedMore || missing > 0, "something is missing");

        // Whoever reads no more than what is missing ends exactly at the end of the header.
        int have = 0;
        ReadStatus stepped;
        while ((stepped = ProxyHeaderReader.TryRead(input.AsSpan(0, have), out ProxyHeader small, out missing)) == ReadStatus.NeedMore && have < input.Length)
        {
            have = Math.Min(input.Length, have + missing);
        }

        DisagreementException.Unless(status != ReadStatus.Done || (stepped == ReadStatus.Done && have == header.Length), $"read in steps it ends at {have}: {stepped}");
        for (int length = 0; length < input.Length; length++)
        {
            ReadStatus prefix = ProxyHeaderReader.TryRead(input.AsSpan(0, length), out _, out _);
            bool agrees = prefix switch
            {
                ReadStatus.Done => status == ReadStatus.Done && length >= header.Length,
                ReadStatus.Rejected => status == ReadStatus.Rejected,
                _ => status != ReadStatus.Done || length < header.Length,
            };
            DisagreementException.Unless(agrees, $"prefix of {length}: {prefix} before {status}");
        }

        return expected is not null;
    }

    private static string Describe(in ProxyHeader header) => $"{header.Version} {header.IsLocal} {header.Source} {header.Destination} {header.Length}";

    private static string? Naive(byte[] input)
    {
        string text = Text.Of(input);
        if (text.StartsWith("PROXY ", StringComparison.Ordinal))
        {
            int end = text.IndexOf("\r\n", StringComparison.Ordinal);
            string line = end is >= 0 and <= 105 ? text[..end] : "";
            if (line.AsSpan().ContainsAny('\r', '\n'))
            {
                return null;
            }

            if (line == "PROXY UNKNOWN" || line.StartsWith("PROXY UNKNOWN ", StringComparison.Ordinal))
            {
                return $"V1 False - - {end + 2}";
            }

            Match match = Line().Match(line);
            string[] words = line.Split(' ');
            return match.Success && words.Length == 6 && Address(words[1], words[2], words[4]) is { } source && Address(words[1], words[3], words[5]) is { } destination
                ? $"V1 False {source} {destination} {end + 2}"
                : null;
        }

        return text.StartsWith("\r\n\r\n\0\r\nQUIT\n", StringComparison.Ordinal) ? NaiveBinary(input) : null;
    }

    private static string? Address(string family, string host, string port)
    {
        bool isV4 = family == "TCP4";
        if (!IPAddress.TryParse(host, out IPAddress? ip) || isV4 != (ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork) || int.Parse(port, CultureInfo.InvariantCulture) > 65535)
        {
            return null;
        }

        if (isV4)
        {
            return ip.ToString() == host ? $"{host}:{port}" : null;
        }

        // What .NET takes and the specification does not: "::" for no group at all.
        int groups = host.Split(':', StringSplitOptions.RemoveEmptyEntries).Length;
        return host.Contains("::", StringComparison.Ordinal) && groups > 7 ? null : $"[{ip}]:{port}";
    }

    private static string? NaiveBinary(byte[] input)
    {
        if (input.Length < 16)
        {
            return null;
        }

        int length = (input[14] << 8) + input[15];
        if (length > 520 || input.Length < 16 + length || input[12] is not (0x20 or 0x21))
        {
            return null;
        }

        if (input[12] == 0x20)
        {
            return $"V2 True - - {16 + length}";
        }

        List<byte> block = [.. input.Skip(16).Take(length)];
        (int addresses, int hosts) = input[13] switch { 0 => (0, 0), 0x11 => (12, 4), 0x21 => (36, 16), 0x12 => (12, 0), 0x22 => (36, 0), 0x31 or 0x32 => (216, 0), _ => (-1, 0) };
        if (addresses < 0 || length < addresses)
        {
            return null;
        }

        if (input[13] != 0 && !AreGood(input, 16 + addresses, 16 + length))
        {
            return null;
        }

        string source = "-";
        string destination = "-";
        if (hosts > 0)
        {
            IPAddress from = new(block.Take(hosts).ToArray());
            IPAddress to = new(block.Skip(hosts).Take(hosts).ToArray());
            source = $"{Host(from)}:{(block[2 * hosts] << 8) + block[(2 * hosts) + 1]}";
            destination = $"{Host(to)}:{(block[(2 * hosts) + 2] << 8) + block[(2 * hosts) + 3]}";
        }

        return $"V2 False {source} {destination} {16 + length}";
    }

    private static string Host(IPAddress ip) => ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? ip.ToString() : $"[{ip}]";

    private static bool AreGood(byte[] input, int at, int end)
    {
        int checksums = 0;
        while (at < end)
        {
            if (end - at < 3)
            {
                return false;
            }

            int length = (input[at + 1] << 8) + input[at + 2];
            if (at + 3 + length > end)
            {
                return false;
            }

            if (input[at] == 3)
            {
                byte[] blank = input[..end];
                if (++checksums > 1 || length != 4)
                {
                    return false;
                }

                Array.Clear(blank, at + 3, 4);
                if (Convert.ToHexString(input, at + 3, 4) != Crc32C(blank).ToString("X8", CultureInfo.InvariantCulture))
                {
                    return false;
                }
            }

            at += 3 + length;
        }

        return true;
    }

    /// <summary>Bit by bit, from the polynomial.</summary>
    internal static uint Crc32C(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
            }
        }

        return ~crc;
    }

    [GeneratedRegex(@"^PROXY (TCP4 [0-9.]+ [0-9.]+|TCP6 [0-9A-Fa-f:]+ [0-9A-Fa-f:]+) (0|[1-9][0-9]{0,4}) (0|[1-9][0-9]{0,4})$", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
