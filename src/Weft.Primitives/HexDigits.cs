using System.Buffers.Binary;

namespace Weft.Primitives;

/// <summary>Numbers as lower-case hexadecimal digits, eight at a time in one register: ids are spelled for every request.</summary>
public static class HexDigits
{
    /// <summary>The eight digits of a number as bytes of ASCII; the first digit is the most significant byte.</summary>
    public static ulong Of(uint number)
    {
        // Half-bytes move apart until each has a byte of its own.
        ulong digits = number;
        digits = ((digits << 16) | digits) & 0x0000_FFFF_0000_FFFF;
        digits = ((digits << 8) | digits) & 0x00FF_00FF_00FF_00FF;
        digits = ((digits << 4) | digits) & 0x0F0F_0F0F_0F0F_0F0F;

        // Those from ten on go up by the distance from '9' to 'a'.
        ulong letters = ((digits + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101;
        return digits + 0x3030_3030_3030_3030 + (letters * ('a' - '9' - 1));
    }

    /// <summary>Writes 16 digits.</summary>
    /// <param name="number">What to spell.</param>
    /// <param name="to">At least 16 bytes.</param>
    public static void Write(ulong number, Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to[8..], Of((uint)number));
        BinaryPrimitives.WriteUInt64BigEndian(to, Of((uint)(number >> 32)));
    }

    /// <summary>Writes 32 digits.</summary>
    /// <param name="number">What to spell.</param>
    /// <param name="to">At least 32 bytes.</param>
    public static void Write(UInt128 number, Span<byte> to)
    {
        Write((ulong)number, to[16..]);
        Write((ulong)(number >> 64), to);
    }

    /// <summary>Writes the text of a UUID (RFC 9562, 4): 32 digits in groups of 8, 4, 4, 4 and 12.</summary>
    /// <param name="uuid">Most significant octet first.</param>
    /// <param name="to">At least 36 bytes.</param>
    public static void WriteUuid(UInt128 uuid, Span<byte> to)
    {
        ulong high = (ulong)(uuid >> 64);
        ulong low = (ulong)uuid;
        ulong second = Of((uint)high);
        ulong third = Of((uint)(low >> 32));
        to[8] = to[13] = to[18] = to[23] = (byte)'-';
        BinaryPrimitives.WriteUInt64BigEndian(to[28..], Of((uint)low));
        BinaryPrimitives.WriteUInt64BigEndian(to, Of((uint)(high >> 32)));
        BinaryPrimitives.WriteUInt32BigEndian(to[9..], (uint)(second >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(to[14..], (uint)second);
        BinaryPrimitives.WriteUInt32BigEndian(to[19..], (uint)(third >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(to[24..], (uint)third);
    }
}
