namespace Weft.Wire.Http2.Hpack;

/// <summary>A string literal as it lies in the block (RFC 7541, 5.2).</summary>
internal readonly ref struct EncodedString
{
    private readonly ReadOnlySpan<byte> _octets;
    private readonly bool _isHuffman;

    private EncodedString(ReadOnlySpan<byte> octets, bool isHuffman)
    {
        _octets = octets;
        _isHuffman = isHuffman;
    }

    /// <summary>Octets that decoding needs room for.</summary>
    internal int Most => _isHuffman ? Huffman.DecodedMax(_octets.Length) : _octets.Length;

    /// <summary>Octets that there are at least.</summary>
    internal int Least => _isHuffman ? Huffman.DecodedMin(_octets.Length) : _octets.Length;

    internal static EncodedString Plain(ReadOnlySpan<byte> octets) => new(octets, isHuffman: false);

    internal static bool TryRead(ReadOnlySpan<byte> block, scoped ref int at, out EncodedString text)
    {
        text = default;
        if (at >= block.Length)
        {
            return false;
        }

        bool isHuffman = block[at] >= 0x80;
        if (!HpackInteger.TryRead(block, ref at, 7, out int length) || length > block.Length - at)
        {
            return false;
        }

        text = new EncodedString(block.Slice(at, length), isHuffman);
        at += length;
        return true;
    }

    /// <summary>Whether it can be decoded.</summary>
    internal bool IsValid => !_isHuffman || Huffman.IsValid(_octets);

    internal bool TryDecode(Span<byte> output, out int written)
    {
        if (_isHuffman)
        {
            return Huffman.TryDecode(_octets, output, out written);
        }

        _octets.CopyTo(output);
        written = _octets.Length;
        return true;
    }
}
