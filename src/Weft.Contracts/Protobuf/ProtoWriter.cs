using System.Numerics;
using System.Text;

namespace Weft.Contracts.Protobuf;

/// <summary>
/// Writes the Protocol Buffers wire format into memory that grows. Fields with their default value are left out and
/// maps are written in order of their keys, so that equal content gives equal bytes.
/// </summary>
public sealed class ProtoWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private byte[] _buffer;
    private int _length;

    public ProtoWriter(int capacity = 256)
    {
        _buffer = new byte[Math.Max(16, capacity)];
    }

    public int Length => _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    public byte[] ToArray() => Written.ToArray();

    /// <summary>Forgets what was written and keeps the memory.</summary>
    public void Clear() => _length = 0;

    public void WriteUInt64(int field, ulong value)
    {
        if (value != 0)
        {
            WriteTag(field, WireType.Varint);
            WriteVarint(value);
        }
    }

    public void WriteUInt32(int field, uint value) => WriteUInt64(field, value);

    public void WriteInt64(int field, long value) => WriteUInt64(field, (ulong)value);

    /// <summary>Also writes enums. Negative numbers take ten bytes, as the format asks.</summary>
    public void WriteInt32(int field, int value) => WriteUInt64(field, (ulong)(long)value);

    public void WriteBool(int field, bool value) => WriteUInt64(field, value ? 1u : 0u);

    public void WriteString(int field, string value)
    {
        if (value.Length > 0)
        {
            WriteElement(field, value);
        }
    }

    public void WriteBytes(int field, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            WriteElement(field, value);
        }
    }

    /// <summary>Writes a field that tells "absent" (null) from "empty".</summary>
    public void WriteOptionalBytes(int field, byte[]? value)
    {
        if (value is not null)
        {
            WriteElement(field, value);
        }
    }

    public void WriteStrings(int field, List<string> values)
    {
        foreach (string value in values)
        {
            WriteElement(field, value);
        }
    }

    public void WriteByteStrings(int field, List<byte[]> values)
    {
        foreach (byte[] value in values)
        {
            WriteElement(field, value);
        }
    }

    public void WriteMessage<T>(int field, T? message)
        where T : class, IProtoMessage<T>
    {
        if (message is not null)
        {
            int start = BeginLength(field);
            message.Write(this);
            EndLength(start);
        }
    }

    public void WriteMessages<T>(int field, List<T> messages)
        where T : class, IProtoMessage<T>
    {
        foreach (T message in messages)
        {
            WriteMessage(field, message);
        }
    }

    public void WritePacked(int field, List<uint> values)
    {
        if (values.Count > 0)
        {
            int start = BeginLength(field);
            foreach (uint value in values)
            {
                WriteVarint(value);
            }

            EndLength(start);
        }
    }

    public void WritePacked(int field, List<ulong> values)
    {
        if (values.Count > 0)
        {
            int start = BeginLength(field);
            foreach (ulong value in values)
            {
                WriteVarint(value);
            }

            EndLength(start);
        }
    }

    public void WriteMap(int field, Dictionary<string, string> map)
    {
        if (map.Count == 0)
        {
            return;
        }

        string[] keys = [.. map.Keys];
        Array.Sort(keys, StringComparer.Ordinal);
        foreach (string key in keys)
        {
            // Both halves of an entry are always written, as other implementations do.
            int start = BeginLength(field);
            WriteElement(1, key);
            WriteElement(2, map[key]);
            EndLength(start);
        }
    }

    /// <summary>Begins a nested message; what is written until <see cref="EndMessage"/> is inside. For foreign messages that have no class here.</summary>
    /// <returns>To be given to <see cref="EndMessage"/>.</returns>
    public int BeginMessage(int field) => BeginLength(field);

    public void EndMessage(int start) => EndLength(start);

    /// <summary>Writes bytes that are fields already.</summary>
    public void WriteRaw(ReadOnlySpan<byte> fields)
    {
        fields.CopyTo(Reserve(fields.Length));
        _length += fields.Length;
    }

    /// <summary>Writes the value even if it is 0: of a oneof the number says which is meant.</summary>
    public void WriteInt64Always(int field, long value)
    {
        WriteTag(field, WireType.Varint);
        WriteVarint((ulong)value);
    }

    /// <summary>An optional field: written when there is a value, also 0.</summary>
    public void WriteOptional(int field, uint? value)
    {
        if (value is { } number)
        {
            WriteInt64Always(field, number);
        }
    }

    public void WriteFixed64(int field, ulong value)
    {
        WriteTag(field, WireType.Fixed64);
        PutFixed64(value);
    }

    public void WriteDouble(int field, double value) => WriteFixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public void WritePackedFixed64(int field, ReadOnlySpan<ulong> values)
    {
        int start = BeginLength(field);
        foreach (ulong value in values)
        {
            PutFixed64(value);
        }

        EndLength(start);
    }

    public void WritePackedDouble(int field, ReadOnlySpan<double> values)
    {
        int start = BeginLength(field);
        foreach (double value in values)
        {
            PutFixed64(BitConverter.DoubleToUInt64Bits(value));
        }

        EndLength(start);
    }

    private void PutFixed64(ulong value)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);
        _length += 8;
    }

    private void WriteElement(int field, string value)
    {
        WriteTag(field, WireType.Bytes);
        try
        {
            int length = StrictUtf8.GetByteCount(value);
            WriteVarint((ulong)length);
            StrictUtf8.GetBytes(value, Reserve(length));
            _length += length;
        }
        catch (EncoderFallbackException)
        {
            throw new ProtoException($"the text of field {field} is not valid Unicode (a lone surrogate)");
        }
    }

    private void WriteElement(int field, ReadOnlySpan<byte> value)
    {
        WriteTag(field, WireType.Bytes);
        WriteVarint((ulong)value.Length);
        value.CopyTo(Reserve(value.Length));
        _length += value.Length;
    }

    private void WriteTag(int field, uint wireType) => WriteVarint(((uint)field << 3) | wireType);

    private void WriteVarint(ulong value)
    {
        Span<byte> room = Reserve(10);
        int count = 0;
        while (value >= 0x80)
        {
            room[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[count++] = (byte)value;
        _length += count;
    }

    // The length of a nested message is known only after it is written: one byte is kept for it, and the few
    // messages that need more are moved.
    private int BeginLength(int field)
    {
        WriteTag(field, WireType.Bytes);
        Reserve(1);
        return ++_length;
    }

    private void EndLength(int start)
    {
        int body = _length - start;
        int extra = BitOperations.Log2((uint)body | 1) / 7;
        if (extra > 0)
        {
            Reserve(extra);
            _buffer.AsSpan(start, body).CopyTo(_buffer.AsSpan(start + extra));
        }

        WriteVarintAt(start - 1, (uint)body);
        _length = start + extra + body;
    }

    private void WriteVarintAt(int at, uint value)
    {
        while (value >= 0x80)
        {
            _buffer[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[at] = (byte)value;
    }

    private Span<byte> Reserve(int length)
    {
        if (_buffer.Length - _length < length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, checked(_length + length)));
        }

        return _buffer.AsSpan(_length, length);
    }
}
