using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.ValueMatch.</summary>
public sealed class ValueMatch : IProtoMessage<ValueMatch>
{
    private const string FullName = "weft.mesh.v1.ValueMatch";

    public ValueMatchKind Kind { get; set; }

    public string Name { get; set; } = "";

    public string Value { get; set; } = "";

    public static ValueMatch Parse(ReadOnlySpan<byte> bytes)
    {
        ValueMatch message = new();
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
                    Kind = (ValueMatchKind)reader.ReadInt32();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Name = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
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
        writer.WriteString(2, Name);
        writer.WriteString(3, Value);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
