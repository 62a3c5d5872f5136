using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Discovery;

/// <summary>envoy.config.core.v3.Node.</summary>
public sealed class Node : IProtoMessage<Node>
{
    public string Id { get; set; } = "";

    public string Cluster { get; set; } = "";

    /// <summary>The bytes of a google.protobuf.Struct, as they came; null when absent. Weft does not look inside.</summary>
    public byte[]? Metadata { get; set; }

    public Locality? Locality { get; set; }

    public string UserAgentName { get; set; } = "";

    public string UserAgentVersion { get; set; } = "";

    public static Node Parse(ReadOnlySpan<byte> bytes)
    {
        Node message = new();
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
                    Id = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Cluster = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Metadata = Metadata is null ? reader.ReadBytes() : throw new ProtoException("envoy.config.core.v3.Node.metadata is given twice");
                    break;
                case (4 << 3) | WireType.Bytes:
                    Locality = reader.ReadMessage(Locality ?? new Locality());
                    break;
                case (6 << 3) | WireType.Bytes:
                    UserAgentName = reader.ReadString();
                    break;
                case (7 << 3) | WireType.Bytes:
                    UserAgentVersion = reader.ReadString();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Id);
        writer.WriteString(2, Cluster);
        writer.WriteOptionalBytes(3, Metadata);
        writer.WriteMessage(4, Locality);
        writer.WriteString(6, UserAgentName);
        writer.WriteString(7, UserAgentVersion);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
