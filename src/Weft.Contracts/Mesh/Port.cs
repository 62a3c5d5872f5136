using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.Port.</summary>
public sealed class Port : IProtoMessage<Port>
{
    private const string FullName = "weft.mesh.v1.Port";

    /// <summary>What callers use.</summary>
    public uint Number { get; set; }

    public Protocol Protocol { get; set; }

    public string Name { get; set; } = "";

    public static Port Parse(ReadOnlySpan<byte> bytes)
    {
        Port message = new();
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
                    Number = reader.ReadUInt32();
                    break;
                case (2 << 3) | WireType.Varint:
                    Protocol = (Protocol)reader.ReadInt32();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Name = reader.ReadString();
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteUInt32(1, Number);
        writer.WriteInt32(2, (int)Protocol);
        writer.WriteString(3, Name);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
