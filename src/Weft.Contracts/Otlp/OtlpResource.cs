using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>ResourceSpans, ResourceLogs or ResourceMetrics: who sends, and what.</summary>
public sealed class OtlpResource<T> : IProtoMessage<OtlpResource<T>>
    where T : class, IProtoMessage<T>, new()
{
    public OtlpAttributes? Resource { get; set; }

    public List<OtlpScope<T>> Scopes { get; init; } = [];

    static OtlpResource<T> IProtoMessage<OtlpResource<T>>.Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpResource<T> message = new();
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
                    Resource = reader.ReadMessage(Resource ?? new OtlpAttributes());
                    break;
                case (2 << 3) | WireType.Bytes:
                    Scopes.Add(reader.ReadMessage(new OtlpScope<T>()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteMessage(1, Resource);
        writer.WriteMessages(2, Scopes);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
