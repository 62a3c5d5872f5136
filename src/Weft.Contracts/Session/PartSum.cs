using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>Sum of one timing part over the exchanges in which it was measured.</summary>
public sealed class PartSum : IProtoMessage<PartSum>
{
    public ulong SumUs { get; set; }

    public ulong Count { get; set; }

    public static PartSum Parse(ReadOnlySpan<byte> bytes)
    {
        PartSum message = new();
        ProtoReader reader = new(bytes);
        message.Merge(ref reader);
        return message;
    }

    public void Merge(ref ProtoReader reader)
    {
        while (reader.TryReadTag(out uint tag))
        {
            switch (tag)
            {
                case (1 << 3) | WireType.Varint:
                    SumUs = reader.ReadUInt64();
                    break;
                case (2 << 3) | WireType.Varint:
                    Count = reader.ReadUInt64();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteUInt64(1, SumUs);
        writer.WriteUInt64(2, Count);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
