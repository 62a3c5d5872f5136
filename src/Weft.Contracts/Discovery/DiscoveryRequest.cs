using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Discovery;

/// <summary>envoy.service.discovery.v3.DiscoveryRequest.</summary>
public sealed class DiscoveryRequest : IProtoMessage<DiscoveryRequest>
{
    public string VersionInfo { get; set; } = "";

    public Node? Node { get; set; }

    public List<string> ResourceNames { get; init; } = [];

    public string TypeUrl { get; set; } = "";

    public string ResponseNonce { get; set; } = "";

    public RpcStatus? ErrorDetail { get; set; }

    public static DiscoveryRequest Parse(ReadOnlySpan<byte> bytes)
    {
        DiscoveryRequest message = new();
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
                    VersionInfo = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Node = reader.ReadMessage(Node ?? new Node());
                    break;
                case (3 << 3) | WireType.Bytes:
                    reader.ReadStringInto(ResourceNames);
                    break;
                case (4 << 3) | WireType.Bytes:
                    TypeUrl = reader.ReadString();
                    break;
                case (5 << 3) | WireType.Bytes:
                    ResponseNonce = reader.ReadString();
                    break;
                case (6 << 3) | WireType.Bytes:
                    ErrorDetail = reader.ReadMessage(ErrorDetail ?? new RpcStatus());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, VersionInfo);
        writer.WriteMessage(2, Node);
        writer.WriteStrings(3, ResourceNames);
        writer.WriteString(4, TypeUrl);
        writer.WriteString(5, ResponseNonce);
        writer.WriteMessage(6, ErrorDetail);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
