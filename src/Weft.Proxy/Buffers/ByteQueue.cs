namespace Weft.Proxy.Buffers;

/// <summary>
/// Bytes in, bytes out, in one contiguous pooled slab that exists only while there are bytes. Grows by the tiers of
/// <see cref="SlabPool"/>; the owner bounds what it appends.
/// </summary>
internal unsafe struct ByteQueue(SlabPool pool)
{
    private byte* _slab;
    private int _size;
    private int _start;
    private int _end;

    public readonly int Length => _end - _start;

    public readonly bool IsEmpty => _end == _start;

    public readonly ReadOnlySpan<byte> Bytes => new(_slab + _start, _end - _start);

    /// <summary>The same bytes, writable: for TLS that decrypts or patches in place.</summary>
    public readonly Span<byte> Writable => new(_slab + _start, _end - _start);

    /// <summary>Free space at the end of at least <paramref name="atLeast"/> bytes, and as much as the slab has.</summary>
    public Span<byte> Reserve(int atLeast)
    {
        if (_size - _end < atLeast)
        {
            MakeRoom(atLeast);
        }

        return new Span<byte>(_slab + _end, _size - _end);
    }

    /// <summary>Whether <see cref="Reserve"/> can be had without overdrawing the budget of memory.</summary>
    public readonly bool MayReserve(int atLeast) => _size - Length >= atLeast || pool.MayRent(Length + atLeast);

    /// <param name="count">Bytes that were written into what <see cref="Reserve"/> gave; no more than that.</param>
    public void Commit(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_size - _end));
        _end += count;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _end += bytes.Length;
    }

    /// <summary>Takes bytes from the front; gives the slab back when none are left.</summary>
    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Length);
        _start += count;
        if (_start == _end)
        {
            Release();
        }
    }

    /// <summary>Takes bytes from the front and keeps the slab: for a reader that fills it again at once.</summary>
    public void ConsumeKeeping(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Length);
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    public void Release()
    {
        _start = _end = 0;
        if (_slab is not null)
        {
            pool.Return(_slab, _size);
            _slab = null;
            _size = 0;
        }
    }

    private void MakeRoom(int atLeast)
    {
        int length = Length;
        if (_slab is not null && _size - length >= atLeast)
        {
            Bytes.CopyTo(new Span<byte>(_slab, _size));
        }
        else
        {
            byte* larger = pool.Rent(length + atLeast, out int size);
            if (_slab is not null)
            {
                Bytes.CopyTo(new Span<byte>(larger, size));
                pool.Return(_slab, _size);
            }

            _slab = larger;
            _size = size;
        }

        _start = 0;
        _end = length;
    }
}
