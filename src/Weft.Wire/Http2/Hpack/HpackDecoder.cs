using Weft.Primitives.Http;

namespace Weft.Wire.Http2.Hpack;

/// <summary>
/// Decodes the field blocks of one connection's one direction, in order (RFC 7541), and checks each message (RFC 9113, 8).
/// A refused message is still decoded to its end, so that the table stays in step with the peer's.
/// </summary>
/// <param name="maxTableSize">
/// Octets announced as SETTINGS_HEADER_TABLE_SIZE. The peer starts with 4096 before it has seen our SETTINGS, so less than that
/// refuses peers that use the table at once.
/// </param>
public sealed class HpackDecoder(int maxTableSize = HpackDecoder.DefaultTableSize)
{
    public const int DefaultTableSize = 4096;

    /// <summary>A sender needs two at most: the smallest size since the last block, and the present one (RFC 7541, 4.2).</summary>
    private const int SizeUpdatesMax = 2;

    /// <summary>A message this many times over its limit is an attack, not a mistake.</summary>
    private const int ExcessFactor = 4;

    private readonly DynamicTable _table = new(maxTableSize);

    /// <summary>Why the last block was refused.</summary>
    public HeadFault Cause { get; private set; }

    /// <summary>Size of the last block's fields, counted name + value + 32 each, also where that was too large.</summary>
    public long DecodedSize { get; private set; }

    /// <summary>Octets that the dynamic table holds, counted as RFC 7541, 4.1.</summary>
    public int TableSize => _table.Size;

    /// <summary>
    /// Decodes a whole field block (HEADERS and its CONTINUATIONs) into <paramref name="head"/>, which is cleared first.
    /// Sets everything but the end of the body: <see cref="MessageHead.Framing"/> is <see cref="BodyFraming.Http2Stream"/>, the
    /// caller changes it on END_STREAM. <see cref="MessageHead.ContentLength"/> is the declared length, which the caller holds DATA against.
    /// </summary>
    public HpackFault Decode(ReadOnlySpan<byte> block, MessageHead head, in HeadLimits limits, bool isRequest, bool isTrailers)
    {
        head.Clear();
        head.Version = HttpVersion.Http2;
        head.Framing = BodyFraming.Http2Stream;
        head.KeepAlive = true;
        Cause = HeadFault.None;
        HeadBuilder builder = new(head, limits, isRequest, isTrailers);
        int at = 0;
        bool decodes = ReadSizeUpdates(block, ref at);
        long excess = (long)limits.FieldBytes * ExcessFactor;
        while (decodes && at < block.Length && builder.Size <= excess)
        {
            decodes = ReadField(block, ref at, ref builder);
        }

        DecodedSize = builder.Size;
        if (!decodes)
        {
            return HpackFault.Compression;
        }

        if (builder.Size > excess)
        {
            Cause = HeadFault.FieldsTooLarge;
            return HpackFault.Excessive;
        }

        Cause = builder.Finish();
        return Cause switch
        {
            HeadFault.None => HpackFault.None,
            HeadFault.FieldsTooLarge or HeadFault.TooManyFields or HeadFault.LineTooLong => HpackFault.TooLarge,
            _ => HpackFault.Malformed,
        };
    }

    private bool ReadSizeUpdates(ReadOnlySpan<byte> block, ref int at)
    {
        for (int updates = 0; at < block.Length && block[at] >> 5 == 1; updates++)
        {
            if (updates == SizeUpdatesMax || !HpackInteger.TryRead(block, ref at, 5, out int size) || !_table.TryResize(size))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadField(ReadOnlySpan<byte> block, ref int at, ref HeadBuilder builder)
    {
        byte first = block[at];
        if (first >= 0x80)
        {
            return ReadIndexed(block, ref at, ref builder);
        }

        if (first >= 0x40)
        {
            return ReadLiteral(block, ref at, 6, insert: true, ref builder);
        }

        // 001xxxxx is a size update, which may only come first. Literals "without" and "never" indexed read alike.
        return first < 0x20 && ReadLiteral(block, ref at, 4, insert: false, ref builder);
    }

    private bool ReadIndexed(ReadOnlySpan<byte> block, ref int at, ref HeadBuilder builder)
    {
        if (!HpackInteger.TryRead(block, ref at, 7, out int index) || !TryFind(index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            return false;
        }

        Span<byte> room = builder.Reserve(name.Length + value.Length);
        name.CopyTo(room);
        value.CopyTo(HeadBuilder.ValueRoom(room, name.Length));
        builder.Add(room, name.Length, value.Length);
        return true;
    }

    private bool ReadLiteral(ReadOnlySpan<byte> block, ref int at, int prefixBits, bool insert, ref HeadBuilder builder)
    {
        if (!HpackInteger.TryRead(block, ref at, prefixBits, out int nameIndex))
        {
            return false;
        }

        EncodedString name;
        if (nameIndex == 0)
        {
            if (!EncodedString.TryRead(block, ref at, out name))
            {
                return false;
            }
        }
        else if (TryFind(nameIndex, out ReadOnlySpan<byte> known, out _))
        {
            name = EncodedString.Plain(known);
        }
        else
        {
            return false;
        }

        if (!EncodedString.TryRead(block, ref at, out EncodedString value))
        {
            return false;
        }

        int least = name.Least + value.Least;
        if (least > builder.FieldMax && least > _table.Limit)
        {
            // Neither head nor table can hold it, so it is counted and what it decodes to is not kept: a giant string must not grow a buffer. It must be valid all the same:
            // a fault in the code is one of the connection, a field that is too large is one of the message (RFC 7541, 5.2).
            if (!name.IsValid || !value.IsValid)
            {
                return false;
            }

            builder.Skip(least);
            if (insert)
            {
                _table.Clear();
            }

            return true;
        }

        return ReadStrings(name, value, insert, ref builder);
    }

    private bool ReadStrings(scoped EncodedString name, scoped EncodedString value, bool insert, ref HeadBuilder builder)
    {
        Span<byte> room = builder.Reserve(name.Most + value.Most);
        if (!name.TryDecode(room, out int nameLength) || !value.TryDecode(HeadBuilder.ValueRoom(room, nameLength), out int valueLength))
        {
            return false;
        }

        if (insert)
        {
            _table.Insert(room[..nameLength], HeadBuilder.ValueRoom(room, nameLength)[..valueLength]);
        }

        builder.Add(room, nameLength, valueLength);
        return true;
    }

    private bool TryFind(int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        if (index > StaticTable.Count)
        {
            return _table.TryGet(index - StaticTable.Count - 1, out name, out value);
        }

        name = index == 0 ? default : StaticTable.Name(index);
        value = index == 0 ? default : StaticTable.Value(index);
        return index != 0;
    }
}
