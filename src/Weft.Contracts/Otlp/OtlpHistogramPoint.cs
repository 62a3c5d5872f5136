using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>HistogramDataPoint of metrics.proto: count and sum. Its buckets are not read.</summary>
public sealed class OtlpHistogramPoint : IProtoMessage<OtlpHistogramPoint>
{
    public ulong UnixNano { get; set; }

    public ulong Count { get; set; }

    public double Sum { get; set; }

    public List<OtlpAttribute> Attributes { get; init; } = [];

    public static OtlpHistogramPoint Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpHistogramPoint message = new();
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
                    Count = reader.ReadFixed64();
                    break;
                case (5 << 3) | WireType.Fixed64:
                    Sum = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                case (9 << 3) | WireType.Bytes:
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
        writer.WriteFixed64(4, Count);
        writer.WriteDouble(5, Sum);
        writer.WriteMessages(9, Attributes);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
