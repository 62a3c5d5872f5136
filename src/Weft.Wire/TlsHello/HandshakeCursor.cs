namespace Weft.Wire.TlsHello;

/// <summary>
/// Walks over the octets of a handshake message through the records that carry it (RFC 8446, 5.1). Every read says whether it
/// worked; after the first that did not, <see cref="IsBroken"/> tells bytes that are wrong from bytes that are not there yet.
/// </summary>
internal ref struct HandshakeCursor(ReadOnlySpan<byte> input)
{
    private const int RecordHeader = 5;
    private const int RecordMax = 1 << 14;

    /// <summary>Nobody splits a hello into more pieces than this but to tire us out.</summary>
    private const int RecordsMax = 64;

    private readonly ReadOnlySpan<byte> _input = input;
    private int _at;
    private int _leftInRecord;
    private int _records;

    /// <summary>Octets of the handshake message read so far.</summary>
    internal int Position { get; private set; }

    internal bool IsBroken { get; private set; }

    /// <summary>Marks the input as wrong; always false, to be returned.</summary>
    internal bool Break()
    {
        IsBroken = true;
        return false;
    }

    internal bool TryByte(out byte value)
    {
        value = 0;
        if ((_leftInRecord == 0 && !TryOpenRecord()) || _at == _input.Length)
        {
            return false;
        }

        value = _input[_at++];
        _leftInRecord--;
        Position++;
        return true;
    }

    internal bool TryNumber(int octets, out int value)
    {
        value = 0;
        for (; octets > 0; octets--)
        {
            if (!TryByte(out byte next))
            {
                return false;
            }

            value = (value << 8) | next;
        }

        return true;
    }

    internal bool TrySkip(int octets)
    {
        while (octets > 0)
        {
            if (_leftInRecord == 0 && !TryOpenRecord())
            {
                return false;
            }

            int step = Math.Min(octets, Math.Min(_leftInRecord, _input.Length - _at));
            if (step == 0)
            {
                return false;
            }

            _at += step;
            _leftInRecord -= step;
            Position += step;
            octets -= step;
        }

        return true;
    }

    /// <summary>Each octet of the header is judged as soon as it is there, so that other protocols are told apart early.</summary>
    private bool TryOpenRecord()
    {
        ReadOnlySpan<byte> header = _input[_at..];
        if ((header.Length > 0 && header[0] != 22) || (header.Length > 1 && header[1] != 3) || _records == RecordsMax)
        {
            return Break();
        }

        if (header.Length < RecordHeader)
        {
            return false;
        }

        int length = (header[3] << 8) | header[4];
        if (length is 0 or > RecordMax)
        {
            return Break();
        }

        _records++;
        _at += RecordHeader;
        _leftInRecord = length;
        return true;
    }
}
