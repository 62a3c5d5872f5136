using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>What a proxy must know to let traffic into its workload. Name: "&lt;namespace&gt;/&lt;service&gt;" of the workload.</summary>
public sealed class PolicySet : IProtoMessage<PolicySet>
{
    private const string FullName = "weft.mesh.v1.PolicySet";

    public string Service { get; set; } = "";

    public TlsMode TlsMode { get; set; }

    public DefaultAction DefaultAction { get; set; }

    public List<AuthorizationPolicy> Policies { get; init; } = [];

    public static PolicySet Parse(ReadOnlySpan<byte> bytes)
    {
        PolicySet message = new();
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
                    Service = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Varint:
                    TlsMode = (TlsMode)reader.ReadInt32();
                    break;
                case (3 << 3) | WireType.Varint:
                    DefaultAction = (DefaultAction)reader.ReadInt32();
                    break;
                case (4 << 3) | WireType.Bytes:
                    Policies.Add(reader.ReadMessage(new AuthorizationPolicy()));
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Service);
        writer.WriteInt32(2, (int)TlsMode);
        writer.WriteInt32(3, (int)DefaultAction);
        writer.WriteMessages(4, Policies);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
