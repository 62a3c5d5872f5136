using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>weft.session.v1.HealthReport.</summary>
public sealed class HealthReport : IProtoMessage<HealthReport>
{
    public bool Healthy { get; set; }

    public string Detail { get; set; } = "";

    public static HealthReport Parse(ReadOnlySpan<byte> bytes)
    {
        HealthReport message = new();
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
                case (1 << 3) | WireType.Varint:
                    Healthy = reader.ReadBool();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Detail = reader.ReadString();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteBool(1, Healthy);
        writer.WriteString(2, Detail);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
