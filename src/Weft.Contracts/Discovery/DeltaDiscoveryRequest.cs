using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Discovery;

/// <summary>envoy.service.discovery.v3.DeltaDiscoveryRequest.</summary>
public sealed class DeltaDiscoveryRequest : IProtoMessage<DeltaDiscoveryRequest>
{
    public Node? Node { get; set; }

    public string TypeUrl { get; set; } = "";

    public List<string> ResourceNamesSubscribe { get; init; } = [];

    public List<string> ResourceNamesUnsubscribe { get; init; } = [];

    public Dictionary<string, string> InitialResourceVersions { get; init; } = new(StringComparer.Ordinal);

    public string ResponseNonce { get; set; } = "";

    public RpcStatus? ErrorDetail { get; set; }

    public static DeltaDiscoveryRequest Parse(ReadOnlySpan<byte> bytes)
    {
        DeltaDiscoveryRequest message = new();
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
                    Node = reader.ReadMessage(Node ?? new Node());
                    break;
                case (2 << 3) | WireType.Bytes:
                    TypeUrl = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    reader.ReadStringInto(ResourceNamesSubscribe);
                    break;
                case (4 << 3) | WireType.Bytes:
                    reader.ReadStringInto(ResourceNamesUnsubscribe);
                    break;
                case (5 << 3) | WireType.Bytes:
                    reader.ReadEntryInto(InitialResourceVersions);
                    break;
                case (6 << 3) | WireType.Bytes:
                    ResponseNonce = reader.ReadString();
                    break;
                case (7 << 3) | WireType.Bytes:
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
        writer.WriteMessage(1, Node);
        writer.WriteString(2, TypeUrl);
        writer.WriteStrings(3, ResourceNamesSubscribe);
        writer.WriteStrings(4, ResourceNamesUnsubscribe);
        writer.WriteMap(5, InitialResourceVersions);
        writer.WriteString(6, ResponseNonce);
        writer.WriteMessage(7, ErrorDetail);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
