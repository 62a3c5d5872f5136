using System.Buffers.Binary;
using System.Text;

namespace Weft.Contracts.Protobuf;

/// <summary>
/// Reads the Protocol Buffers wire format from memory. Bytes may come from anybody: every read is checked, and the
/// cost is bounded by <see cref="ProtoLimits"/>. Every fault is a <see cref="ProtoException"/>.
/// </summary>
public ref struct ProtoReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _start;
    private readonly int _depth;
    private int _position;
    private int _elements;

    public ProtoReader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ProtoLimits.MaxMessageBytes)
        {
            throw new ProtoException($"the message has {bytes.Length} bytes; at most {ProtoLimits.MaxMessageBytes} are read");
        }

        _bytes = bytes;
    }

    private ProtoReader(ReadOnlySpan<byte> bytes, int start, int depth, int elements)
    {
        _bytes = bytes;
        _start = start;
        _depth = depth;
        _elements = elements;
    }

    public readonly bool AtEnd => _position == _bytes.Length;

    /// <summary>Next tag (field number × 8 + wire type), or false at the end of the message.</summary>
    public bool TryReadTag(out uint tag)
    {
        if (AtEnd)
        {
            tag = 0;
            return false;
        }

        int at = _position;
        ulong value = ReadVarint();
        if (value > uint.MaxValue || value >> 3 == 0)
        {
            throw Fault("a tag is out of range", at);
        }

        tag = (uint)value;
        return true;
    }

    /// <summary>A base-128 number of at most 64 bits.</summary>
    public ulong ReadVarint()
    {
        ulong value = 0;
        int at = _position;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (AtEnd)
            {
                throw Fault("a number is cut off", at);
            }

            byte next = _bytes[_position++];
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Fault("a number is longer than 64 bits", at);
    }

    public ulong ReadUInt64() => ReadVarint();

    public long ReadInt64() => (long)ReadVarint();

    public bool ReadBool() => ReadVarint() != 0;

    public uint ReadUInt32()
    {
        int at = _position;
        ulong value = ReadVarint();
        return value <= uint.MaxValue ? (uint)value : throw Fault("a number is longer than 32 bits", at);
    }

    /// <summary>Also reads enums. Negative numbers come with 64 bits.</summary>
    public int ReadInt32()
    {
        int at = _position;
        long value = (long)ReadVarint();
        return value == (int)value ? (int)value : throw Fault("a number is longer than 32 bits", at);
    }

    public uint ReadFixed32()
    {
        return BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
    }

    public ulong ReadFixed64()
    {
        return BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
    }

    /// <summary>A length-delimited field, without copying.</summary>
    public ReadOnlySpan<byte> ReadSpan()
    {
        int at = _position;
        ulong length = ReadVarint();
        if (length > (ulong)(_bytes.Length - _position))
        {
            throw Fault("a field reaches past the end of its message", at);
        }

        return Take((int)length);
    }

    public byte[] ReadBytes() => ReadSpan().ToArray();

    public string ReadString()
    {
        int at = _position;
        try
        {
            return StrictUtf8.GetString(ReadSpan());
        }
        catch (DecoderFallbackException)
        {
            throw Fault("text is not valid UTF-8", at);
        }
    }

    /// <summary>Reads a text that is likely to come again, such as a name: no memory is taken for one that was read lately.</summary>
    public string ReadName()
    {
        int at = _position;
        try
        {
            return SharedTexts.Get(ReadSpan(), StrictUtf8);
        }
        catch (DecoderFallbackException)
        {
            throw Fault("text is not valid UTF-8", at);
        }
    }

    /// <summary>Reads a nested message into <paramref name="message"/> and returns it.</summary>
    public T ReadMessage<T>(T message)
        where T : class, IProtoMessage<T>
    {
        CountElement();
        ProtoReader nested = Nested();
        message.Merge(ref nested);
        _elements = nested._elements;
        return message;
    }

    public void ReadStringInto(List<string> list)
    {
        CountElement();
        list.Add(ReadString());
    }

    public void ReadBytesInto(List<byte[]> list)
    {
        CountElement();
        list.Add(ReadBytes());
    }

    /// <summary>Reads a packed list.</summary>
    public void ReadPackedInto(List<uint> list)
    {
        ProtoReader nested = Nested();
        while (!nested.AtEnd)
        {
            nested.ReadInto(list);
        }

        _elements = nested._elements;
    }

    /// <summary>Reads a packed list.</summary>
    public void ReadPackedInto(List<ulong> list)
    {
        // Each element takes a byte at least; a long list grows as it comes, so that a length alone takes no memory.
        const int RoomMax = 64;
        ProtoReader nested = Nested();
        list.EnsureCapacity(list.Count + Math.Min(nested._bytes.Length, RoomMax));
        while (!nested.AtEnd)
        {
            nested.ReadInto(list);
        }

        _elements = nested._elements;
    }

    /// <summary>Reads one element of a list that is not packed.</summary>
    public void ReadInto(List<uint> list)
    {
        CountElement();
        list.Add(ReadUInt32());
    }

    /// <summary>Reads one element of a list that is not packed.</summary>
    public void ReadInto(List<ulong> list)
    {
        CountElement();
        list.Add(ReadUInt64());
    }

    /// <summary>Reads one entry of a map. A key that comes twice keeps its last value.</summary>
    /// <param name="map">Where the entry goes.</param>
    /// <param name="strictName">The name of the message when its unknown fields are faults, else null.</param>
    public void ReadEntryInto(Dictionary<string, string> map, string? strictName = null)
    {
        CountElement();
        ProtoReader nested = Nested();
        string key = "";
        string value = "";
        while (nested.TryReadTag(out uint tag))
        {
            switch (tag)
            {
                case (1 << 3) | WireType.Bytes:
                    key = nested.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    value = nested.ReadString();
                    break;
                default:
                    nested.Skip(tag, strictName);
                    break;
            }
        }

        map[key] = value;
    }

    /// <summary>Skips a field that the receiver does not know, or refuses it.</summary>
    /// <param name="tag">The tag just read.</param>
    /// <param name="strictName">The name of the message when its unknown fields are faults, else null.</param>
    public void Skip(uint tag, string? strictName = null)
    {
        if (strictName is not null)
        {
            throw new UnknownFieldException(strictName, (int)(tag >> 3));
        }

        if ((tag & WireType.Mask) == WireType.StartGroup)
        {
            SkipGroup(tag >> 3);
        }
        else
        {
            SkipValue(tag);
        }
    }

    private void SkipValue(uint tag)
    {
        switch (tag & WireType.Mask)
        {
            case WireType.Varint:
                ReadVarint();
                break;
            case WireType.Fixed64:
                Take(8);
                break;
            case WireType.Bytes:
                ReadSpan();
                break;
            case WireType.Fixed32:
                Take(4);
                break;
            default:
                throw Fault("a tag has a wire type that cannot stand here", _position);
        }
    }

    // Groups left the language with proto3, but a foreign sender's unknown field may still be one.
    private void SkipGroup(uint field)
    {
        Span<uint> open = stackalloc uint[ProtoLimits.MaxDepth];
        int depth = 0;
        open[depth++] = field;
        while (depth > 0)
        {
            int at = _position;
            if (!TryReadTag(out uint tag))
            {
                throw Fault("a group is cut off", at);
            }

            switch (tag & WireType.Mask)
            {
                case WireType.StartGroup:
                    if (_depth + depth >= ProtoLimits.MaxDepth)
                    {
                        throw TooDeep(at);
                    }

                    open[depth++] = tag >> 3;
                    break;
                case WireType.EndGroup:
                    if (open[--depth] != tag >> 3)
                    {
                        throw Fault("a group ends that did not begin", at);
                    }

                    break;
                default:
                    SkipValue(tag);
                    break;
            }
        }
    }

    private ProtoReader Nested()
    {
        if (_depth + 1 >= ProtoLimits.MaxDepth)
        {
            throw TooDeep(_position);
        }

        ReadOnlySpan<byte> bytes = ReadSpan();
        return new ProtoReader(bytes, _start + _position - bytes.Length, _depth + 1, _elements);
    }

    private void CountElement()
    {
        if (++_elements > ProtoLimits.MaxElements)
        {
            throw Fault($"the message has more than {ProtoLimits.MaxElements} elements", _position);
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _bytes.Length - _position)
        {
            throw Fault("a field reaches past the end of its message", _position);
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_position, length);
        _position += length;
        return taken;
    }

    private readonly ProtoException TooDeep(int at) => Fault($"messages are nested deeper than {ProtoLimits.MaxDepth}", at);

    private readonly ProtoException Fault(string what, int at) => new($"{what} (byte {_start + at})");
}
