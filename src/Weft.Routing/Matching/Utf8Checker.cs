namespace Weft.Routing.Matching;

/// <summary>Checks UTF-8 byte by byte (RFC 3629, 4: no overlong forms, no surrogates, nothing beyond U+10FFFF).</summary>
internal struct Utf8Checker
{
    private int _missing;
    private byte _low;
    private byte _high;

    public readonly bool IsBetweenCharacters => _missing == 0;

    public bool Add(byte value)
    {
        if (_missing > 0)
        {
            bool fits = value >= _low && value <= _high;
            (_low, _high) = ((byte)0x80, (byte)0xbf);
            _missing--;
            return fits;
        }

        (_missing, _low, _high) = value switch
        {
            < 0x80 => (0, (byte)0, (byte)0),
            >= 0xc2 and <= 0xdf => (1, (byte)0x80, (byte)0xbf),
            0xe0 => (2, (byte)0xa0, (byte)0xbf),
            0xed => (2, (byte)0x80, (byte)0x9f),
            >= 0xe1 and <= 0xef => (2, (byte)0x80, (byte)0xbf),
            0xf0 => (3, (byte)0x90, (byte)0xbf),
            >= 0xf1 and <= 0xf3 => (3, (byte)0x80, (byte)0xbf),
            0xf4 => (3, (byte)0x80, (byte)0x8f),
            _ => (-1, (byte)0, (byte)0),
        };
        return _missing >= 0;
    }
}
