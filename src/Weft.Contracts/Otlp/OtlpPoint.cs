using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>NumberDataPoint of metrics.proto.</summary>
public sealed class OtlpPoint : IProtoMessage<OtlpPoint>
{
    public ulong UnixNano { get; set; }

    public double Value { get; set; }

    public List<OtlpAttribute> Attributes { get; init; } = [];

    public static OtlpPoint Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpPoint message = new();
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
                case (3 << 3) | WireType.Fixed64:
                    UnixNano = reader.ReadFixed64();
                    break;
                case (4 << 3) | WireType.Fixed64:
                    Value = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                case (6 << 3) | WireType.Fixed64:
                    Value = (long)reader.ReadFixed64();
                    break;
                case (7 << 3) | WireType.Bytes:
                    Attributes.Add(reader.ReadMessage(new OtlpAttribute()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteFixed64(3, UnixNano);
        writer.WriteDouble(4, Value);
        writer.WriteMessages(7, Attributes);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
