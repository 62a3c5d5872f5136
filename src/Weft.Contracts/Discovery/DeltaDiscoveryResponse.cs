using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Discovery;

/// <summary>envoy.service.discovery.v3.DeltaDiscoveryResponse.</summary>
public sealed class DeltaDiscoveryResponse : IProtoMessage<DeltaDiscoveryResponse>
{
    /// <summary>The number of the newest commit that this response reflects, in decimal.</summary>
    public string SystemVersionInfo { get; set; } = "";

    public List<Resource> Resources { get; init; } = [];

    public string TypeUrl { get; set; } = "";

    public string Nonce { get; set; } = "";

    public List<string> RemovedResources { get; init; } = [];

    public static DeltaDiscoveryResponse Parse(ReadOnlySpan<byte> bytes)
    {
        DeltaDiscoveryResponse message = new();
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
                    SystemVersionInfo = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Resources.Add(reader.ReadMessage(new Resource()));
                    break;
                case (4 << 3) | WireType.Bytes:
                    TypeUrl = reader.ReadString();
                    break;
                case (5 << 3) | WireType.Bytes:
                    Nonce = reader.ReadString();
                    break;
                case (6 << 3) | WireType.Bytes:
                    reader.ReadStringInto(RemovedResources);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, SystemVersionInfo);
        writer.WriteMessages(2, Resources);
        writer.WriteString(4, TypeUrl);
        writer.WriteString(5, Nonce);
        writer.WriteStrings(6, RemovedResources);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
