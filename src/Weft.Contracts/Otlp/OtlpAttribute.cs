using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>KeyValue of common.proto.</summary>
public sealed class OtlpAttribute : IProtoMessage<OtlpAttribute>
{
    public string Key { get; set; } = "";

    public OtlpValue? Value { get; set; }

    public static OtlpAttribute Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpAttribute message = new();
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
                    Key = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Value = reader.ReadMessage(new OtlpValue());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Key);
        writer.WriteMessage(2, Value);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
