using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>ScopeSpans, ScopeLogs or ScopeMetrics. Which library made the items is not read.</summary>
public sealed class OtlpScope<T> : IProtoMessage<OtlpScope<T>>
    where T : class, IProtoMessage<T>, new()
{
    public List<T> Items { get; init; } = [];

    static OtlpScope<T> IProtoMessage<OtlpScope<T>>.Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpScope<T> message = new();
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
                case (2 << 3) | WireType.Bytes:
                    Items.Add(reader.ReadMessage(new T()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteMessages(2, Items);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
