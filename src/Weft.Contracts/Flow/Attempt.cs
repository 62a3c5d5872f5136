using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Flow;

/// <summary>One attempt on one endpoint.</summary>
public sealed class Attempt : IProtoMessage<Attempt>
{
    /// <summary>"ip:port".</summary>
    public string Endpoint { get; set; } = "";

    public string Reason { get; set; } = "";

    public uint ConnectUs { get; set; }

    /// <summary>From the request sent to the head of its answer.</summary>
    public uint WaitUs { get; set; }

    public uint Status { get; set; }

    public uint QueueUs { get; set; }

    public static Attempt Parse(ReadOnlySpan<byte> bytes)
    {
        Attempt message = new();
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
                    Endpoint = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Reason = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Varint:
                    ConnectUs = reader.ReadUInt32();
                    break;
                case (4 << 3) | WireType.Varint:
                    WaitUs = reader.ReadUInt32();
                    break;
                case (5 << 3) | WireType.Varint:
                    Status = reader.ReadUInt32();
                    break;
                case (6 << 3) | WireType.Varint:
                    QueueUs = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Endpoint);
        writer.WriteString(2, Reason);
        writer.WriteUInt32(3, ConnectUs);
        writer.WriteUInt32(4, WaitUs);
        writer.WriteUInt32(5, Status);
        writer.WriteUInt32(6, QueueUs);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
