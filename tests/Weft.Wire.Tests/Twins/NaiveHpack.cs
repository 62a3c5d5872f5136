using System.Text;
using Weft.Wire.Http2.Hpack;

namespace Weft.Wire.Tests.Twins;

/// <summary>A second, slow and obvious HPACK decoder: lists of strings, and a Huffman code read bit by bit. Knows no HTTP.</summary>
internal sealed class NaiveHpack(int limit)
{
    private static readonly Dictionary<string, int> s_codes = BuildCodes();

    private readonly List<(string Name, string Value)> _table = [];
    private readonly int _limit = limit;
    private int _capacity = limit;

    internal int TableSize => _table.Sum(Size);

    /// <summary>All fields in order, or null when the block cannot be decoded; the table keeps what came before the fault.</summary>
    internal List<(string Name, string Value)>? Decode(byte[] block)
    {
        Queue<byte> input = new(block);
        List<(string Name, string Value)> fields = [];
        try
        {
            int updates = 0;
            while (input.Count > 0)
            {
                byte first = input.Peek();
                if (first >= 0x80)
                {
                    fields.Add(At(Number(input, 7)));
                }
                else if (first is >= 0x20 and < 0x40)
                {
                    Resize(Number(input, 5), fields.Count == 0 && ++updates <= 2);
                }
                else
                {
                    int index = Number(input, first >= 0x40 ? 6 : 4);
                    string name = index == 0 ? String(input) : At(index).Name;
                    (string, string) field = (name, String(input));
                    fields.Add(field);
                    if (first >= 0x40)
                    {
                        _table.Insert(0, field);
                        Evict();
                    }
                }
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }

        return fields;
    }

    /// <summary>The decoded text, or null when it is not valid.</summary>
    internal static string? Huffman(byte[] encoded)
    {
        string bits = string.Concat(encoded.Select(octet => Convert.ToString(octet, 2).PadLeft(8, '0')));
        StringBuilder text = new();
        string code = "";
        foreach (char bit in bits)
        {
            code += bit;
            if (s_codes.TryGetValue(code, out int symbol))
            {
                if (symbol == 256)
                {
                    return null;
                }

                text.Append((char)symbol);
                code = "";
            }
        }

        return code.Length < 8 && !code.Contains('0', StringComparison.Ordinal) ? text.ToString() : null;
    }

    /// <summary>The code as bits of text, for encoding in tests.</summary>
    internal static byte[] HuffmanEncode(string text)
    {
        Dictionary<int, string> codes = s_codes.ToDictionary(pair => pair.Value, pair => pair.Key);
        string bits = string.Concat(text.Select(symbol => codes[symbol]));
        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '1');
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }

    private static int Size((string Name, string Value) field) => field.Name.Length + field.Value.Length + 32;

    private void Resize(int capacity, bool allowed)
    {
        if (!allowed || capacity > _limit)
        {
            throw new InvalidDataException();
        }

        _capacity = capacity;
        Evict();
    }

    private void Evict()
    {
        while (TableSize > _capacity)
        {
            _table.RemoveAt(_table.Count - 1);
        }
    }

    private (string Name, string Value) At(int index)
    {
        if (index == 0 || index > 61 + _table.Count)
        {
            throw new InvalidDataException();
        }

        return index > 61 ? _table[index - 62] : (Text.Of(StaticTable.Name(index)), Text.Of(StaticTable.Value(index)));
    }

    private static byte Next(Queue<byte> input) => input.Count > 0 ? input.Dequeue() : throw new InvalidDataException();

    private static int Number(Queue<byte> input, int prefix)
    {
        long value = Next(input) & ((1 << prefix) - 1);
        if (value < (1 << prefix) - 1)
        {
            return (int)value;
        }

        for (int octets = 0; octets < 5; octets++)
        {
            byte octet = Next(input);
            value += (octet & 127L) << (7 * octets);
            if (octet < 128)
            {
                return value < 1 << 28 ? (int)value : throw new InvalidDataException();
            }
        }

        throw new InvalidDataException();
    }

    private static string String(Queue<byte> input)
    {
        bool huffman = input.Count > 0 && input.Peek() >= 128;
        int length = Number(input, 7);
        if (length > input.Count)
        {
            throw new InvalidDataException();
        }

        byte[] octets = [.. Enumerable.Range(0, length).Select(_ => input.Dequeue())];
        return huffman ? Huffman(octets) ?? throw new InvalidDataException() : Encoding.Latin1.GetString(octets);
    }

    private static int LengthOf(int symbol) => Wire.Http2.Hpack.Huffman.Lengths[symbol];

    /// <summary>Canonical codes: by length, then by symbol, each one more than the last.</summary>
    private static Dictionary<string, int> BuildCodes()
    {
        Dictionary<string, int> codes = [];
        long code = 0;
        int length = 0;
        foreach ((int symbol, int bits) in Enumerable.Range(0, 257).Select(s => (s, s == 256 ? 30 : LengthOf(s))).OrderBy(p => p.Item2).ThenBy(p => p.s))
        {
            code <<= bits - length;
            length = bits;
            codes.Add(Convert.ToString(code, 2).PadLeft(bits, '0'), symbol);
            code++;
        }

        return codes;
    }
}
