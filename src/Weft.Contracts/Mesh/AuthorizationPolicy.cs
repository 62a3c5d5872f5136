using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.AuthorizationPolicy.</summary>
public sealed class AuthorizationPolicy : IProtoMessage<AuthorizationPolicy>
{
    private const string FullName = "weft.mesh.v1.AuthorizationPolicy";

    /// <summary>"&lt;namespace&gt;/&lt;name&gt;".</summary>
    public string Name { get; set; } = "";

    public PolicyAction Action { get; set; }

    /// <summary>None: matches nothing.</summary>
    public List<PolicyRule> Rules { get; init; } = [];

    public static AuthorizationPolicy Parse(ReadOnlySpan<byte> bytes)
    {
        AuthorizationPolicy message = new();
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
                    Name = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Varint:
                    Action = (PolicyAction)reader.ReadInt32();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Rules.Add(reader.ReadMessage(new PolicyRule()));
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Name);
        writer.WriteInt32(2, (int)Action);
        writer.WriteMessages(3, Rules);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
