namespace Weft.Wire.Http2.Hpack;

/// <summary>Integers with a prefix of N bits (RFC 7541, 5.1).</summary>
internal static class HpackInteger
{
    /// <summary>More than any index, length or table size that is allowed here; larger numbers are refused, not wrapped.</summary>
    internal const int Max = (1 << 28) - 1;

    /// <summary>Octets of the longest integer that <see cref="TryWrite"/> writes.</summary>
    private const int SizeMax = 6;

    internal static bool TryRead(ReadOnlySpan<byte> block, ref int at, int prefixBits, out int value)
    {
        value = 0;
        if (at >= block.Length)
        {
            return false;
        }

        int mask = (1 << prefixBits) - 1;
        value = block[at++] & mask;
        return value < mask || TryReadRest(block, ref at, ref value);
    }

    private static bool TryReadRest(ReadOnlySpan<byte> block, ref int at, ref int value)
    {
        long sum = value;
        for (int shift = 0; shift <= 28 && at < block.Length; shift += 7)
        {
            byte octet = block[at++];
            sum += (long)(octet & 0x7F) << shift;
            if (octet < 0x80)
            {
                value = (int)Math.Min(sum, int.MaxValue);
                return sum <= Max;
            }
        }

        return false;
    }

    /// <summary>Writes <paramref name="value"/> after the pattern bits; false when there may be no room.</summary>
    internal static bool TryWrite(Span<byte> output, ref int at, byte pattern, int prefixBits, int value)
    {
        int mask = (1 << prefixBits) - 1;
        if (output.Length - at < (value < mask ? 1 : SizeMax))
        {
            return false;
        }

        if (value < mask)
        {
            output[at++] = (byte)(pattern | value);
            return true;
        }

        output[at++] = (byte)(pattern | mask);
        uint rest = (uint)(value - mask);
        while (rest >= 0x80)
        {
            output[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        output[at++] = (byte)rest;
        return true;
    }
}
