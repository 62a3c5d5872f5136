using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>One request of an exporter: ExportTraceServiceRequest, ExportLogsServiceRequest or ExportMetricsServiceRequest, which differ only in their items (opentelemetry-proto 1.x).</summary>
/// <typeparam name="T"><see cref="OtlpSpan"/>, <see cref="OtlpLog"/> or <see cref="OtlpMetric"/>.</typeparam>
public sealed class OtlpExport<T> : IProtoMessage<OtlpExport<T>>
    where T : class, IProtoMessage<T>, new()
{
    public List<OtlpResource<T>> Resources { get; init; } = [];

    static OtlpExport<T> IProtoMessage<OtlpExport<T>>.Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpExport<T> message = new();
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
                    Resources.Add(reader.ReadMessage(new OtlpResource<T>()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteMessages(1, Resources);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
