using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>Metric of metrics.proto: gauges, sums and histograms with explicit bounds.</summary>
public sealed class OtlpMetric : IProtoMessage<OtlpMetric>
{
    public string Name { get; set; } = "";

    public string Description { get; set; } = "";

    public string Unit { get; set; } = "";

    public OtlpPoints? Gauge { get; set; }

    public OtlpPoints? Sum { get; set; }

    public OtlpHistogram? Histogram { get; set; }

    /// <summary>Whether it is of a kind that is not read: an exponential histogram or a summary.</summary>
    public bool IsOther { get; set; }

    public static OtlpMetric Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpMetric message = new();
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
                    Name = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Description = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Unit = reader.ReadString();
                    break;
                case (5 << 3) | WireType.Bytes:
                    Gauge = reader.ReadMessage(Gauge ?? new OtlpPoints());
                    break;
                case (7 << 3) | WireType.Bytes:
                    Sum = reader.ReadMessage(Sum ?? new OtlpPoints());
                    break;
                case (9 << 3) | WireType.Bytes:
                    Histogram = reader.ReadMessage(Histogram ?? new OtlpHistogram());
                    break;
                case (10 << 3) | WireType.Bytes:
                    IsOther = true;
                    reader.Skip(tag);
                    break;
                case (11 << 3) | WireType.Bytes:
                    IsOther = true;
                    reader.Skip(tag);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Name);
        writer.WriteString(2, Description);
        writer.WriteString(3, Unit);
        writer.WriteMessage(5, Gauge);
        writer.WriteMessage(7, Sum);
        writer.WriteMessage(9, Histogram);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
