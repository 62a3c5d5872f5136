using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Discovery;

/// <summary>envoy.service.discovery.v3.DiscoveryResponse.</summary>
public sealed class DiscoveryResponse : IProtoMessage<DiscoveryResponse>
{
    public string VersionInfo { get; set; } = "";

    public List<AnyMessage> Resources { get; init; } = [];

    public string TypeUrl { get; set; } = "";

    public string Nonce { get; set; } = "";

    public static DiscoveryResponse Parse(ReadOnlySpan<byte> bytes)
    {
        DiscoveryResponse message = new();
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
                    Resources.Add(reader.ReadMessage(new AnyMessage()));
                    break;
                case (4 << 3) | WireType.Bytes:
                    TypeUrl = reader.ReadString();
                    break;
                case (5 << 3) | WireType.Bytes:
                    Nonce = reader.ReadString();
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
        writer.WriteMessages(2, Resources);
        writer.WriteString(4, TypeUrl);
        writer.WriteString(5, Nonce);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
