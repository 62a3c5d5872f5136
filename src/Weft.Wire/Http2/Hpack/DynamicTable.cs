namespace Weft.Wire.Http2.Hpack;

/// <summary>
/// The decoder's dynamic table (RFC 7541, 2.3.2 and 4): a ring of entries over a ring of bytes of twice the limit, in which no
/// entry is cut by the end, so that every name and value is one span.
/// Memory is taken at the first insertion; most peers of a proxy never make one.
/// </summary>
internal sealed class DynamicTable(int limit)
{
    /// <summary>What an entry costs beside its bytes (RFC 7541, 4.1).</summary>
    internal const int EntryOverhead = 32;

    private byte[] _bytes = [];
    private Entry[] _entries = [];
    private int _bytesEnd;
    private int _newest;
    private int _capacity = limit;

    /// <summary>The capacity that we announced; the peer may choose less.</summary>
    internal int Limit { get; } = limit;

    internal int Count { get; private set; }

    /// <summary>Size of all entries as RFC 7541, 4.1, counts it.</summary>
    internal int Size { get; private set; }

    /// <summary>False when the peer asks for more than we announced.</summary>
    internal bool TryResize(int capacity)
    {
        if (capacity > Limit)
        {
            return false;
        }

        _capacity = capacity;
        EvictTo(capacity);
        return true;
    }

    internal void Clear() => EvictTo(0);

    /// <summary>Index 0 is the newest entry. The spans live until the next insertion.</summary>
    internal bool TryGet(int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        if ((uint)index >= (uint)Count)
        {
            name = value = default;
            return false;
        }

        ref readonly Entry entry = ref _entries[Position(index)];
        name = _bytes.AsSpan(entry.Offset, entry.NameLength);
        value = _bytes.AsSpan(entry.Offset + entry.NameLength, entry.ValueLength);
        return true;
    }

    /// <summary>Adds an entry; one larger than the capacity empties the table instead (RFC 7541, 4.4). The spans must not be the table's own.</summary>
    internal void Insert(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int size = name.Length + value.Length + EntryOverhead;
        if (size > _capacity)
        {
            Clear();
            return;
        }

        EvictTo(_capacity - size);
        if (_entries.Length == 0)
        {
            _entries = new Entry[Limit / EntryOverhead];
            _bytes = new byte[Limit * 2];
        }

        // Live bytes are the last written ones and at most the limit, so with room for twice that, writing from the start again
        // never reaches an entry before it has been evicted.
        if (_bytes.Length - _bytesEnd < size - EntryOverhead)
        {
            _bytesEnd = 0;
        }

        name.CopyTo(_bytes.AsSpan(_bytesEnd));
        value.CopyTo(_bytes.AsSpan(_bytesEnd + name.Length));
        _newest = _newest + 1 == _entries.Length ? 0 : _newest + 1;
        _entries[_newest] = new Entry(_bytesEnd, name.Length, value.Length);
        _bytesEnd += size - EntryOverhead;
        Count++;
        Size += size;
    }

    private int Position(int index)
    {
        int position = _newest - index;
        return position < 0 ? position + _entries.Length : position;
    }

    private void EvictTo(int size)
    {
        while (Size > size)
        {
            ref readonly Entry oldest = ref _entries[Position(--Count)];
            Size -= oldest.NameLength + oldest.ValueLength + EntryOverhead;
        }

        if (Count == 0)
        {
            _bytesEnd = 0;
        }
    }

    private readonly record struct Entry(int Offset, int NameLength, int ValueLength);
}
