using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Flow;

/// <summary>Parts of one exchange in microseconds; 0 when a part was not measured.</summary>
public sealed class Timing : IProtoMessage<Timing>
{
    /// <summary>From the head of the request to the end of the exchange.</summary>
    public uint TotalUs { get; set; }

    /// <summary>Smoothed round trip of the downstream connection, from the kernel.</summary>
    public uint ClientRttUs { get; set; }

    /// <summary>Smoothed round trip of the upstream connection, from the kernel.</summary>
    public uint ServerRttUs { get; set; }

    /// <summary>From the request sent to the first byte of the answer, less the server's round trip.</summary>
    public uint ApplicationUs { get; set; }

    /// <summary>From the first byte of the answer to its last, and the request's body.</summary>
    public uint TransferUs { get; set; }

    /// <summary>Waiting for a lease.</summary>
    public uint QueueUs { get; set; }

    /// <summary>Dialling and handshake for this exchange.</summary>
    public uint ConnectUs { get; set; }

    public static Timing Parse(ReadOnlySpan<byte> bytes)
    {
        Timing message = new();
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
                case (1 << 3) | WireType.Varint:
                    TotalUs = reader.ReadUInt32();
                    break;
                case (2 << 3) | WireType.Varint:
                    ClientRttUs = reader.ReadUInt32();
                    break;
                case (3 << 3) | WireType.Varint:
                    ServerRttUs = reader.ReadUInt32();
                    break;
                case (4 << 3) | WireType.Varint:
                    ApplicationUs = reader.ReadUInt32();
                    break;
                case (5 << 3) | WireType.Varint:
                    TransferUs = reader.ReadUInt32();
                    break;
                case (6 << 3) | WireType.Varint:
                    QueueUs = reader.ReadUInt32();
                    break;
                case (7 << 3) | WireType.Varint:
                    ConnectUs = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteUInt32(1, TotalUs);
        writer.WriteUInt32(2, ClientRttUs);
        writer.WriteUInt32(3, ServerRttUs);
        writer.WriteUInt32(4, ApplicationUs);
        writer.WriteUInt32(5, TransferUs);
        writer.WriteUInt32(6, QueueUs);
        writer.WriteUInt32(7, ConnectUs);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
