using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.TargetPort.</summary>
public sealed class TargetPort : IProtoMessage<TargetPort>
{
    private const string FullName = "weft.mesh.v1.TargetPort";

    public uint ServicePort { get; set; }

    public uint Target { get; set; }

    public static TargetPort Parse(ReadOnlySpan<byte> bytes)
    {
        TargetPort message = new();
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
                    ServicePort = reader.ReadUInt32();
                    break;
                case (2 << 3) | WireType.Varint:
                    Target = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteUInt32(1, ServicePort);
        writer.WriteUInt32(2, Target);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
