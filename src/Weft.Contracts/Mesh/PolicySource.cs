using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.PolicySource.</summary>
public sealed class PolicySource : IProtoMessage<PolicySource>
{
    private const string FullName = "weft.mesh.v1.PolicySource";

    public List<string> Identities { get; init; } = [];

    public List<string> NotIdentities { get; init; } = [];

    public List<string> Namespaces { get; init; } = [];

    public List<string> NotNamespaces { get; init; } = [];

    public static PolicySource Parse(ReadOnlySpan<byte> bytes)
    {
        PolicySource message = new();
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
                    reader.ReadStringInto(Identities);
                    break;
                case (2 << 3) | WireType.Bytes:
                    reader.ReadStringInto(NotIdentities);
                    break;
                case (3 << 3) | WireType.Bytes:
                    reader.ReadStringInto(Namespaces);
                    break;
                case (4 << 3) | WireType.Bytes:
                    reader.ReadStringInto(NotNamespaces);
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteStrings(1, Identities);
        writer.WriteStrings(2, NotIdentities);
        writer.WriteStrings(3, Namespaces);
        writer.WriteStrings(4, NotNamespaces);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
