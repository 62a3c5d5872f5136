using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>Histogram of metrics.proto.</summary>
public sealed class OtlpHistogram : IProtoMessage<OtlpHistogram>
{
    public List<OtlpHistogramPoint> Points { get; init; } = [];

    /// <summary>1 delta, 2 cumulative.</summary>
    public int Temporality { get; set; }

    public static OtlpHistogram Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpHistogram message = new();
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
                    Points.Add(reader.ReadMessage(new OtlpHistogramPoint()));
                    break;
                case (2 << 3) | WireType.Varint:
                    Temporality = reader.ReadInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteMessages(1, Points);
        writer.WriteInt32(2, Temporality);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
