using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Discovery;

/// <summary>envoy.config.core.v3.Locality.</summary>
public sealed class Locality : IProtoMessage<Locality>
{
    public string Region { get; set; } = "";

    public string Zone { get; set; } = "";

    public string SubZone { get; set; } = "";

    public static Locality Parse(ReadOnlySpan<byte> bytes)
    {
        Locality message = new();
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
                    Region = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Zone = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    SubZone = reader.ReadString();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Region);
        writer.WriteString(2, Zone);
        writer.WriteString(3, SubZone);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
