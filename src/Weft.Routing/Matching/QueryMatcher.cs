using System.Buffers;
using System.Text;

namespace Weft.Routing.Matching;

/// <summary>Judges the first value of one query parameter, after '+' and percent escapes are undone.</summary>
internal sealed class QueryMatcher(string name, ValuePattern pattern)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);

    public bool Matches(ReadOnlySpan<byte> query)
    {
        while (!query.IsEmpty)
        {
            int end = query.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? query : query[..end];
            int equals = pair.IndexOf((byte)'=');
            if (EqualsDecoded(equals < 0 ? pair : pair[..equals], _name))
            {
                ReadOnlySpan<byte> value = equals < 0 ? default : pair[(equals + 1)..];
                return pattern.IsRegex ? MatchesDecoded(value) : EqualsDecoded(value, pattern.Exact);
            }

            query = end < 0 ? default : query[(end + 1)..];
        }

        return false;
    }

    private static bool EqualsDecoded(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> expected)
    {
        int at = 0;
        for (int i = 0; i < encoded.Length; at++)
        {
            if (at == expected.Length || Next(encoded, ref i) != expected[at])
            {
                return false;
            }
        }

        return at == expected.Length;
    }

    private bool MatchesDecoded(ReadOnlySpan<byte> encoded)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(encoded.Length);
        int length = 0;
        for (int i = 0; i < encoded.Length;)
        {
            rented[length++] = Next(encoded, ref i);
        }

        bool matches = pattern.Matches(rented.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(rented);
        return matches;
    }

    // An escape that is none stands for itself, as applications read it.
    private static byte Next(ReadOnlySpan<byte> encoded, ref int i)
    {
        byte value = encoded[i];
        if (value == '%' && encoded.Length - i >= 3 && HexDigits.TryRead(encoded[i + 1], encoded[i + 2], out byte unescaped))
        {
            i += 3;
            return unescaped;
        }

        i++;
        return value == '+' ? (byte)' ' : value;
    }
}
