using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.PolicyOperation.</summary>
public sealed class PolicyOperation : IProtoMessage<PolicyOperation>
{
    private const string FullName = "weft.mesh.v1.PolicyOperation";

    public List<string> Methods { get; init; } = [];

    public List<string> NotMethods { get; init; } = [];

    public List<string> Paths { get; init; } = [];

    public List<string> NotPaths { get; init; } = [];

    public List<uint> Ports { get; init; } = [];

    public List<uint> NotPorts { get; init; } = [];

    public static PolicyOperation Parse(ReadOnlySpan<byte> bytes)
    {
        PolicyOperation message = new();
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
                    reader.ReadStringInto(Methods);
                    break;
                case (2 << 3) | WireType.Bytes:
                    reader.ReadStringInto(NotMethods);
                    break;
                case (3 << 3) | WireType.Bytes:
                    reader.ReadStringInto(Paths);
                    break;
                case (4 << 3) | WireType.Bytes:
                    reader.ReadStringInto(NotPaths);
                    break;
                case (5 << 3) | WireType.Bytes:
                    reader.ReadPackedInto(Ports);
                    break;
                case (5 << 3) | WireType.Varint:
                    reader.ReadInto(Ports);
                    break;
                case (6 << 3) | WireType.Bytes:
                    reader.ReadPackedInto(NotPorts);
                    break;
                case (6 << 3) | WireType.Varint:
                    reader.ReadInto(NotPorts);
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteStrings(1, Methods);
        writer.WriteStrings(2, NotMethods);
        writer.WriteStrings(3, Paths);
        writer.WriteStrings(4, NotPaths);
        writer.WritePacked(5, Ports);
        writer.WritePacked(6, NotPorts);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
