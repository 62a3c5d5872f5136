using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>Gauge or Sum of metrics.proto.</summary>
public sealed class OtlpPoints : IProtoMessage<OtlpPoints>
{
    public List<OtlpPoint> Points { get; init; } = [];

    /// <summary>1 delta, 2 cumulative; 0 for a gauge.</summary>
    public int Temporality { get; set; }

    public bool IsMonotonic { get; set; }

    public static OtlpPoints Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpPoints message = new();
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
                    Points.Add(reader.ReadMessage(new OtlpPoint()));
                    break;
                case (2 << 3) | WireType.Varint:
                    Temporality = reader.ReadInt32();
                    break;
                case (3 << 3) | WireType.Varint:
                    IsMonotonic = reader.ReadBool();
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
        writer.WriteBool(3, IsMonotonic);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
