using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>How many items were not taken, and why.</summary>
public sealed class OtlpPartialSuccess : IProtoMessage<OtlpPartialSuccess>
{
    public long Rejected { get; set; }

    public string Message { get; set; } = "";

    public static OtlpPartialSuccess Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpPartialSuccess message = new();
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
                    Rejected = reader.ReadInt64();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Message = reader.ReadString();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteInt64(1, Rejected);
        writer.WriteString(2, Message);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
