using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.StatusRange.</summary>
public sealed class StatusRange : IProtoMessage<StatusRange>
{
    private const string FullName = "weft.mesh.v1.StatusRange";

    public uint First { get; set; }

    public uint Last { get; set; }

    public static StatusRange Parse(ReadOnlySpan<byte> bytes)
    {
        StatusRange message = new();
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
                    First = reader.ReadUInt32();
                    break;
                case (2 << 3) | WireType.Varint:
                    Last = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteUInt32(1, First);
        writer.WriteUInt32(2, Last);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
