namespace Weft.Proxy.Buffers;

/// <summary>
/// Bytes in, bytes out, in one contiguous pooled array that exists only while there are bytes. Grows by the tiers of
/// <see cref="SlabPool"/>; the owner bounds what it appends.
/// </summary>
internal struct ByteQueue(SlabPool pool)
{
    private byte[]? _array;
    private int _start;
    private int _end;

    public readonly int Length => _end - _start;

    public readonly bool IsEmpty => _end == _start;

    public readonly ReadOnlySpan<byte> Bytes => _array.AsSpan(_start, _end - _start);

    /// <summary>The same bytes, writable: for TLS that decrypts or patches in place.</summary>
    public readonly Span<byte> Writable => _array.AsSpan(_start, _end - _start);

    /// <summary>Free space at the end of at least <paramref name="atLeast"/> bytes, and as much as the array has.</summary>
    public Span<byte> Reserve(int atLeast)
    {
        if (_array is null || _array.Length - _end < atLeast)
        {
            MakeRoom(atLeast);
        }

        return _array.AsSpan(_end);
    }

    public void Commit(int count) => _end += count;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _end += bytes.Length;
    }

    /// <summary>Takes bytes from the front; gives the array back when none are left.</summary>
    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
        {
            Release();
        }
    }

    /// <summary>Takes bytes from the front and keeps the array: for a reader that fills it again at once.</summary>
    public void ConsumeKeeping(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    public void Release()
    {
        _start = _end = 0;
        if (_array is not null)
        {
            pool.Return(_array);
            _array = null;
        }
    }

    private void MakeRoom(int atLeast)
    {
        int length = Length;
        if (_array is not null && _array.Length - length >= atLeast)
        {
            Bytes.CopyTo(_array);
        }
        else
        {
            byte[] larger = pool.Rent(length + atLeast);
            if (_array is not null)
            {
                Bytes.CopyTo(larger);
                pool.Return(_array);
            }

            _array = larger;
        }

        _start = 0;
        _end = length;
    }
}
