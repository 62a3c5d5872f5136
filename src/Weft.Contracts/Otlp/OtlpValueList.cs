using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>ArrayValue of common.proto.</summary>
public sealed class OtlpValueList : IProtoMessage<OtlpValueList>
{
    public List<OtlpValue> Values { get; init; } = [];

    public IEnumerable<string> Texts => Values.Select(static value => value.Text);

    public static OtlpValueList Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpValueList message = new();
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
                    Values.Add(reader.ReadMessage(new OtlpValue()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer) => writer.WriteMessages(1, Values);

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
