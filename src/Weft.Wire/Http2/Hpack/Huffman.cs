using System.Buffers.Binary;

namespace Weft.Wire.Http2.Hpack;

/// <summary>
/// The static Huffman code of RFC 7541, appendix B. The code is canonical: within one length, codes are given out in the
/// order of the symbols, so the lengths alone define it and everything else is computed from them once.
/// </summary>
internal static class Huffman
{
    private const int EndOfString = 256;
    private const int CodeMin = 5;
    private const int CodeMax = 30;

    /// <summary>Bits looked up at once: all codes of the symbols that are frequent in text are at most this long.</summary>
    private const int RootBits = 10;

    private static readonly Tables s_tables = new();

    /// <summary>Code lengths of the symbols 0 to 255; that of the end of string is 30.</summary>
    internal static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, // 0x00
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, // 0x10
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, // 0x20
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, // 0x30
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, // 0x40
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, // 0x50
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, // 0x60
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, // 0x70
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, // 0x80
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, // 0x90
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, // 0xA0
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, // 0xB0
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, // 0xC0
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, // 0xD0
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, // 0xE0
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, // 0xF0
    ];

    /// <summary>Octets that <paramref name="encoded"/> octets can decode to at most.</summary>
    internal static int DecodedMax(int encoded) => (int)((long)encoded * 8 / CodeMin);

    /// <summary>Octets that <paramref name="encoded"/> octets decode to at least, when they are valid.</summary>
    internal static int DecodedMin(int encoded) => (int)(((long)encoded * 8 - 7) / CodeMax);

    /// <summary>
    /// Decodes into <paramref name="output"/>, which has room for <see cref="DecodedMax"/>. False when the end of string is
    /// coded, or when the padding is not the first bits of it or longer than 7 bits (RFC 7541, 5.2).
    /// </summary>
    internal static bool TryDecode(ReadOnlySpan<byte> encoded, Span<byte> output, out int written)
    {
        Tables tables = s_tables;
        ReadOnlySpan<ushort> root = tables.Root;
        ulong window = 0; // The bits not yet decoded, at the high end.
        int bits = 0;
        int count = 0;
        int at = 0;
        written = 0;
        while (true)
        {
            Refill(encoded, ref at, ref window, ref bits);
            ushort entry = root[(int)(window >> (64 - RootBits))];
            int symbol = entry >> 4;
            int length = entry & 0xF;
            if (length == 0)
            {
                length = tables.FindLong(window, out symbol);
            }

            if (length > bits)
            {
                // Only padding can be left: fewer than 8 bits, all ones.
                written = count;
                return bits < 8 && (bits == 0 || window >> (64 - bits) == (1UL << bits) - 1);
            }

            if (symbol == EndOfString || count == output.Length)
            {
                return false;
            }

            output[count++] = (byte)symbol;
            window <<= length;
            bits -= length;
        }
    }

    /// <summary>Whether <see cref="TryDecode"/> would decode it, without a place for what comes out.</summary>
    internal static bool IsValid(ReadOnlySpan<byte> encoded)
    {
        Tables tables = s_tables;
        ReadOnlySpan<ushort> root = tables.Root;
        ulong window = 0;
        int bits = 0;
        int at = 0;
        while (true)
        {
            Refill(encoded, ref at, ref window, ref bits);
            ushort entry = root[(int)(window >> (64 - RootBits))];
            int symbol = entry >> 4;
            int length = entry & 0xF;
            if (length == 0)
            {
                length = tables.FindLong(window, out symbol);
            }

            if (length > bits)
            {
                return bits < 8 && (bits == 0 || window >> (64 - bits) == (1UL << bits) - 1);
            }

            if (symbol == EndOfString)
            {
                return false;
            }

            window <<= length;
            bits -= length;
        }
    }

    private static void Refill(ReadOnlySpan<byte> encoded, ref int at, ref ulong window, ref int bits)
    {
        if (bits >= CodeMax)
        {
            return;
        }

        if (encoded.Length - at >= 4)
        {
            window |= (ulong)BinaryPrimitives.ReadUInt32BigEndian(encoded[at..]) << (32 - bits);
            bits += 32;
            at += 4;
            return;
        }

        while (at < encoded.Length && bits <= 56)
        {
            window |= (ulong)encoded[at++] << (56 - bits);
            bits += 8;
        }
    }

    private sealed class Tables
    {
        /// <summary>For the first bits of the input: symbol (high) and length (low four bits); length 0 means a longer code.</summary>
        internal readonly ushort[] Root = new ushort[1 << RootBits];

        /// <summary>For each length, the first code that is longer, aligned to 32 bits.</summary>
        private readonly ulong[] _limits = new ulong[CodeMax + 1];

        /// <summary>For each length, what to add to a code to find its symbol in <see cref="_symbols"/>.</summary>
        private readonly int[] _bases = new int[CodeMax + 1];

        private readonly ushort[] _symbols = new ushort[EndOfString + 1];

        internal Tables()
        {
            uint code = 0;
            int index = 0;
            for (int length = CodeMin; length <= CodeMax; length++)
            {
                _bases[length] = index - (int)code;
                for (int symbol = 0; symbol <= EndOfString; symbol++)
                {
                    if ((symbol == EndOfString ? CodeMax : Lengths[symbol]) == length)
                    {
                        _symbols[index++] = (ushort)symbol;
                        FillRoot(symbol, length, code);
                        code++;
                    }
                }

                _limits[length] = (ulong)code << (32 - length);
                code <<= 1;
            }
        }

        /// <summary>The code at the high end of <paramref name="window"/> when it is longer than <see cref="RootBits"/>.</summary>
        internal int FindLong(ulong window, out int symbol)
        {
            ulong prefix = window >> 32;
            int length = RootBits + 1;
            while (length < CodeMax && prefix >= _limits[length])
            {
                length++;
            }

            symbol = _symbols[_bases[length] + (int)(prefix >> (32 - length))];
            return length;
        }

        private void FillRoot(int symbol, int length, uint code)
        {
            if (length > RootBits)
            {
                return;
            }

            int first = (int)code << (RootBits - length);
            Root.AsSpan(first, 1 << (RootBits - length)).Fill((ushort)((symbol << 4) | length));
        }
    }
}
