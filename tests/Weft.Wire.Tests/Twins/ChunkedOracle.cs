using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Weft.Primitives.Http;
using Weft.Wire.Http1;

namespace Weft.Wire.Tests.Twins;

/// <summary>Holds the chunked reader against a reader of whole bodies made of strings, whole and in pieces.</summary>
internal static partial class ChunkedOracle
{
    /// <summary>Throws when they disagree; else says whether the input was accepted.</summary>
    internal static bool Check(byte[] input)
    {
        string? expected = Naive(Encoding.Latin1.GetString(input), out int end);
        foreach (int piece in new[] { int.MaxValue, 1, 7 })
        {
            (ReadStatus status, string data, int consumed) = Feed(input, piece);
            DisagreementException.UnlessEqual(expected is not null, status == ReadStatus.Done, $"whether the body is accepted in pieces of {piece}");
            if (expected is not null)
            {
                DisagreementException.UnlessEqual((expected, end), (data, consumed), $"the body in pieces of {piece}");
            }
        }

        return expected is not null;
    }

    /// <summary>The data, or null when the body is refused or incomplete.</summary>
    private static string? Naive(string text, out int end)
    {
        StringBuilder data = new();
        end = 0;
        while (true)
        {
            Match line = ChunkLine().Match(text, end);
            if (!line.Success || line.Index != end)
            {
                return null;
            }

            decimal size = (decimal)UInt128.Parse(line.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            end += line.Length;
            if (size > 1L << 53)
            {
                return null;
            }

            if (size == 0)
            {
                return Trailers(text, ref end) ? data.ToString() : null;
            }

            if (text.Length - end < size + 2 || text.Substring(end + (int)size, 2) != "\r\n")
            {
                return null;
            }

            data.Append(text, end, (int)size);
            end += (int)size + 2;
        }
    }

    private static bool Trailers(string text, ref int end)
    {
        string rest = text[end..];
        if (rest.StartsWith("\r\n", StringComparison.Ordinal))
        {
            end += 2;
            return true;
        }

        int stop = rest.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (stop < 0 || stop + 2 > 8 * 1024)
        {
            return false;
        }

        string[] lines = rest[..stop].Split("\r\n");
        end += stop + 4;
        return lines.Length <= 32 && lines.All(line => TrailerLine().IsMatch(line) && !Forbidden().IsMatch(line));
    }

    private static (ReadStatus Status, string Data, int Consumed) Feed(byte[] input, int piece)
    {
        ChunkedReader reader = default;
        StringBuilder data = new();
        MessageHead trailers = new();
        int at = 0;
        int end = 0;
        while (end < input.Length)
        {
            end = (int)Math.Min(input.Length, (long)end + piece);
            int consumed;
            do
            {
                ReadStatus status = reader.Read(input.AsSpan(at, end - at), trailers, out consumed, out int offset, out int length);
                DisagreementException.Unless(offset >= 0 && length >= 0 && offset + length <= consumed, "data lies inside what was consumed");
                data.Append(Encoding.Latin1.GetString(input, at + offset, length));
                at += consumed;
                if (status != ReadStatus.NeedMore)
                {
                    return (status, data.ToString(), at);
                }
            }
            while (consumed > 0);
        }

        return (ReadStatus.NeedMore, "", at);
    }

    [GeneratedRegex(@"\G([0-9A-Fa-f]{1,16})(?:;[^\x00-\x08\x0a-\x1f\x7f]{0,256})?\r\n")]
    private static partial Regex ChunkLine();

    [GeneratedRegex(@"\A[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\x00-\x08\x0a-\x1f\x7f]*\z")]
    private static partial Regex TrailerLine();

    [GeneratedRegex(@"\A(content-length|transfer-encoding|host):", RegexOptions.IgnoreCase)]
    private static partial Regex Forbidden();
}
