using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.PathMatch.</summary>
public sealed class PathMatch : IProtoMessage<PathMatch>
{
    private const string FullName = "weft.mesh.v1.PathMatch";

    public PathMatchKind Kind { get; set; }

    public string Value { get; set; } = "";

    public static PathMatch Parse(ReadOnlySpan<byte> bytes)
    {
        PathMatch message = new();
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
                    Kind = (PathMatchKind)reader.ReadInt32();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Value = reader.ReadString();
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteInt32(1, (int)Kind);
        writer.WriteString(2, Value);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
