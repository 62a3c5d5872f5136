using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>A message of which only the attributes are read: Resource.</summary>
public sealed class OtlpAttributes : IProtoMessage<OtlpAttributes>
{
    public List<OtlpAttribute> Items { get; init; } = [];

    public static OtlpAttributes Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpAttributes message = new();
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
                case (1 << 3) | WireType.Bytes:
                    Items.Add(reader.ReadMessage(new OtlpAttribute()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteMessages(1, Items);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
