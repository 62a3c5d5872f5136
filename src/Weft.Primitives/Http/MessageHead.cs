namespace Weft.Primitives.Http;

/// <summary>Where one header field lies inside the block of a <see cref="MessageHead"/>.</summary>
public struct FieldLine
{
    public int NameOffset;
    public int NameLength;
    public int ValueOffset;
    public int ValueLength;
    public KnownField Known;
    public bool Removed;
}

/// <summary>Offset and length inside the block of a <see cref="MessageHead"/>.</summary>
public readonly record struct Slice(int Offset, int Length)
{
    public bool IsEmpty => Length == 0;
}

/// <summary>
/// The head of one HTTP message, of whatever version, request or response: one block of bytes and slices into it.
/// It is made once by a codec, read by the decider, edited in place (removals are marked, additions are appended
/// to the block) and written by a codec of the other side. It is reused: after warm-up nothing is allocated.
/// </summary>
public sealed class MessageHead
{
    private byte[] _block = [];
    private int _used;
    private FieldLine[] _fields = [];

    /// <summary>Request method, as sent; empty in responses.</summary>
    public Slice Method { get; set; }

    /// <summary>Path and query in origin form, "*" or empty for CONNECT.</summary>
    public Slice Path { get; set; }

    /// <summary>Host of the request (Host field or :authority), as sent.</summary>
    public Slice Authority { get; set; }

    public Slice Scheme { get; set; }

    /// <summary>The :protocol of an extended CONNECT (RFC 8441), or the token of an HTTP/1.1 upgrade.</summary>
    public Slice Protocol { get; set; }

    /// <summary>Response status, 100..599; 0 in requests.</summary>
    public int Status { get; set; }

    public HttpVersion Version { get; set; }

    /// <summary>How the body is delimited on the side this head came from.</summary>
    public BodyFraming Framing { get; set; }

    /// <summary>The body's length when <see cref="Framing"/> is <see cref="BodyFraming.Length"/>, or the declared content-length in HTTP/2; else -1.</summary>
    public long ContentLength { get; set; } = -1;

    /// <summary>HTTP/1: whether the connection may serve another exchange.</summary>
    public bool KeepAlive { get; set; }

    /// <summary>The client asked for 100-continue (RFC 9110, 10.1.1).</summary>
    public bool ExpectContinue { get; set; }

    public int FieldCount { get; private set; }

    public Span<FieldLine> Fields => _fields.AsSpan(0, FieldCount);

    public ReadOnlySpan<byte> Block => _block.AsSpan(0, _used);

    public ReadOnlySpan<byte> this[Slice slice] => _block.AsSpan(slice.Offset, slice.Length);

    public ReadOnlySpan<byte> Name(in FieldLine field) => _block.AsSpan(field.NameOffset, field.NameLength);

    public ReadOnlySpan<byte> Value(in FieldLine field) => _block.AsSpan(field.ValueOffset, field.ValueLength);

    /// <summary>Forgets the message and keeps the memory.</summary>
    public void Clear()
    {
        _used = 0;
        FieldCount = 0;
        Method = Path = Authority = Scheme = Protocol = default;
        Status = 0;
        Version = default;
        Framing = BodyFraming.None;
        ContentLength = -1;
        KeepAlive = false;
        ExpectContinue = false;
    }

    /// <summary>Gives the memory back to the pool; the head can be filled again afterwards.</summary>
    public void Release()
    {
        Clear();
        HeadMemory.Return(_block, _fields);
        _block = [];
        _fields = [];
    }

    /// <summary>Appends bytes to the block and says where they lie.</summary>
    public Slice Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        return Commit(bytes.Length);
    }

    /// <summary>Room at the end of the block for a codec to write into; follow with <see cref="Commit"/>.</summary>
    public Span<byte> Reserve(int length)
    {
        if (_block.Length - _used < length)
        {
            Grow(length);
        }

        return _block.AsSpan(_used, length);
    }

    public Slice Commit(int length)
    {
        Slice slice = new(_used, length);
        _used += length;
        return slice;
    }

    public ref FieldLine AddField(Slice name, Slice value, KnownField known = KnownField.None)
    {
        if (FieldCount == _fields.Length)
        {
            GrowFields();
        }

        ref FieldLine field = ref _fields[FieldCount++];
        field = new FieldLine
        {
            NameOffset = name.Offset,
            NameLength = name.Length,
            ValueOffset = value.Offset,
            ValueLength = value.Length,
            Known = known,
        };
        return ref field;
    }

    public void AddField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => AddField(Append(name), Append(value), KnownFields.Lookup(name));

    /// <summary>Removes every field of that name (compared without case), then adds it once.</summary>
    public void SetField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        RemoveField(name);
        AddField(name, value);
    }

    public void RemoveField(ReadOnlySpan<byte> name)
    {
        foreach (ref FieldLine field in Fields)
        {
            if (field.NameLength == name.Length && !field.Removed && System.Text.Ascii.EqualsIgnoreCase(Name(field), name))
            {
                field.Removed = true;
            }
        }
    }

    public void RemoveField(KnownField known)
    {
        foreach (ref FieldLine field in Fields)
        {
            field.Removed |= field.Known == known;
        }
    }

    /// <summary>First value of that name that is not removed; false when there is none.</summary>
    public bool TryGetField(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        foreach (ref FieldLine field in Fields)
        {
            if (field.NameLength == name.Length && !field.Removed && System.Text.Ascii.EqualsIgnoreCase(Name(field), name))
            {
                value = Value(field);
                return true;
            }
        }

        value = default;
        return false;
    }

    private void Grow(int length)
    {
        byte[] larger = HeadMemory.RentBlock(Math.Max(_block.Length * 2, _used + length));
        _block.AsSpan(0, _used).CopyTo(larger);
        HeadMemory.Return(_block, []);
        _block = larger;
    }

    private void GrowFields()
    {
        FieldLine[] larger = HeadMemory.RentFields(_fields.Length * 2);
        _fields.AsSpan(0, FieldCount).CopyTo(larger);
        HeadMemory.Return([], _fields);
        _fields = larger;
    }
}
