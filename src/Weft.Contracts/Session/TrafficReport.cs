using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>Cells are cumulative since the epoch; a cell not repeated has not changed.</summary>
public sealed class TrafficReport : IProtoMessage<TrafficReport>
{
    public List<TrafficCell> Cells { get; init; } = [];

    public ulong ResidentBytes { get; set; }

    public ulong CpuUs { get; set; }

    public uint OpenConnections { get; set; }

    public long CertificateNotAfterUnixS { get; set; }

    public List<BypassedConnection> Bypassed { get; init; } = [];

    public static TrafficReport Parse(ReadOnlySpan<byte> bytes)
    {
        TrafficReport message = new();
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
                    Cells.Add(reader.ReadMessage(new TrafficCell()));
                    break;
                case (2 << 3) | WireType.Varint:
                    ResidentBytes = reader.ReadUInt64();
                    break;
                case (3 << 3) | WireType.Varint:
                    CpuUs = reader.ReadUInt64();
                    break;
                case (4 << 3) | WireType.Varint:
                    OpenConnections = reader.ReadUInt32();
                    break;
                case (5 << 3) | WireType.Varint:
                    CertificateNotAfterUnixS = reader.ReadInt64();
                    break;
                case (6 << 3) | WireType.Bytes:
                    Bypassed.Add(reader.ReadMessage(new BypassedConnection()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteMessages(1, Cells);
        writer.WriteUInt64(2, ResidentBytes);
        writer.WriteUInt64(3, CpuUs);
        writer.WriteUInt32(4, OpenConnections);
        writer.WriteInt64(5, CertificateNotAfterUnixS);
        writer.WriteMessages(6, Bypassed);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
