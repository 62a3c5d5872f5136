using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>
/// Every list that is present must match (AND); within a list one match is enough (OR). "*" as a whole value
/// matches anything present; a leading or trailing "*" is a suffix or prefix match on text.
/// </summary>
public sealed class PolicyRule : IProtoMessage<PolicyRule>
{
    private const string FullName = "weft.mesh.v1.PolicyRule";

    public List<PolicySource> From { get; init; } = [];

    public List<PolicyOperation> To { get; init; } = [];

    public static PolicyRule Parse(ReadOnlySpan<byte> bytes)
    {
        PolicyRule message = new();
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
                    From.Add(reader.ReadMessage(new PolicySource()));
                    break;
                case (2 << 3) | WireType.Bytes:
                    To.Add(reader.ReadMessage(new PolicyOperation()));
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteMessages(1, From);
        writer.WriteMessages(2, To);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
