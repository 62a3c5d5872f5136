using System.Buffers.Binary;

namespace Weft.Wire.Http2;

/// <summary>
/// The nine octets before every frame's payload (RFC 9113, 4.1):
/// <code>length (24) | type (8) | flags (8) | reserved (1) | stream identifier (31)</code>
/// </summary>
public readonly record struct FrameHeader(int Length, FrameType Type, FrameFlags Flags, int StreamId)
{
    /// <summary>Octets of a frame header.</summary>
    public const int Size = 9;

    /// <summary>The payload that every peer takes: 2^14 octets.</summary>
    public const int PayloadMin = 1 << 14;

    /// <summary>The largest payload that a peer may allow: 2^24-1 octets.</summary>
    public const int PayloadMax = (1 << 24) - 1;

    /// <summary>What a client sends first (RFC 9113, 3.4).</summary>
    public static ReadOnlySpan<byte> ClientPreface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public bool Has(FrameFlags flag) => (Flags & flag) != 0;

    /// <summary>False when fewer than <see cref="Size"/> octets are there. The reserved bit is ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> input, out FrameHeader header)
    {
        if (input.Length < Size)
        {
            header = default;
            return false;
        }

        uint lengthAndType = BinaryPrimitives.ReadUInt32BigEndian(input);
        int stream = BinaryPrimitives.ReadInt32BigEndian(input[5..]) & int.MaxValue;
        header = new FrameHeader((int)(lengthAndType >> 8), (FrameType)(byte)lengthAndType, (FrameFlags)input[4], stream);
        return true;
    }

    /// <summary>Writes <see cref="Size"/> octets; <paramref name="output"/> must have room for them.</summary>
    public void Write(Span<byte> output)
    {
        BinaryPrimitives.WriteUInt32BigEndian(output, ((uint)Length << 8) | (byte)Type);
        output[4] = (byte)Flags;
        BinaryPrimitives.WriteInt32BigEndian(output[5..], StreamId);
    }
}
