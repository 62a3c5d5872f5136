using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>weft.session.v1.TrafficCell.</summary>
public sealed class TrafficCell : IProtoMessage<TrafficCell>
{
    public Direction Direction { get; set; }

    /// <summary>"&lt;namespace&gt;/&lt;service&gt;"; "" when the peer is unknown.</summary>
    public string Source { get; set; } = "";

    /// <summary>SPIFFE ID proved by mutual TLS; "" in plain.</summary>
    public string SourceIdentity { get; set; } = "";

    /// <summary>"&lt;namespace&gt;/&lt;service&gt;" or "&lt;ip&gt;:&lt;port&gt;" outside the mesh.</summary>
    public string Destination { get; set; } = "";

    public string DestinationIdentity { get; set; } = "";

    /// <summary>Service that a route chose, "" if the same.</summary>
    public string Backend { get; set; } = "";

    public string Route { get; set; } = "";

    /// <summary>"http1", "http2", "grpc", "tcp", "websocket".</summary>
    public string Protocol { get; set; } = "";

    /// <summary>1..5, 0 for opaque streams and exchanges that got no status.</summary>
    public uint StatusClass { get; set; }

    /// <summary>EndReason; "OK" for an ordinary ending.</summary>
    public string Reason { get; set; } = "";

    public bool MutualTls { get; set; }

    public bool Success { get; set; }

    public ulong Count { get; set; }

    public ulong BytesSent { get; set; }

    public ulong BytesReceived { get; set; }

    public ulong LatencySumUs { get; set; }

    /// <summary>Counts per bucket of LatencyBuckets, trailing zeros left out.</summary>
    public List<ulong> LatencyBuckets { get; init; } = [];

    /// <summary>Open right now.</summary>
    public ulong Active { get; set; }

    public static TrafficCell Parse(ReadOnlySpan<byte> bytes)
    {
        TrafficCell message = new();
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
                    Direction = (Direction)reader.ReadInt32();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Source = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    SourceIdentity = reader.ReadString();
                    break;
                case (4 << 3) | WireType.Bytes:
                    Destination = reader.ReadString();
                    break;
                case (5 << 3) | WireType.Bytes:
                    DestinationIdentity = reader.ReadString();
                    break;
                case (6 << 3) | WireType.Bytes:
                    Backend = reader.ReadString();
                    break;
                case (7 << 3) | WireType.Bytes:
                    Route = reader.ReadString();
                    break;
                case (8 << 3) | WireType.Bytes:
                    Protocol = reader.ReadString();
                    break;
                case (9 << 3) | WireType.Varint:
                    StatusClass = reader.ReadUInt32();
                    break;
                case (10 << 3) | WireType.Bytes:
                    Reason = reader.ReadString();
                    break;
                case (11 << 3) | WireType.Varint:
                    MutualTls = reader.ReadBool();
                    break;
                case (12 << 3) | WireType.Varint:
                    Success = reader.ReadBool();
                    break;
                case (13 << 3) | WireType.Varint:
                    Count = reader.ReadUInt64();
                    break;
                case (14 << 3) | WireType.Varint:
                    BytesSent = reader.ReadUInt64();
                    break;
                case (15 << 3) | WireType.Varint:
                    BytesReceived = reader.ReadUInt64();
                    break;
                case (16 << 3) | WireType.Varint:
                    LatencySumUs = reader.ReadUInt64();
                    break;
                case (17 << 3) | WireType.Bytes:
                    reader.ReadPackedInto(LatencyBuckets);
                    break;
                case (17 << 3) | WireType.Varint:
                    reader.ReadInto(LatencyBuckets);
                    break;
                case (18 << 3) | WireType.Varint:
                    Active = reader.ReadUInt64();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteInt32(1, (int)Direction);
        writer.WriteString(2, Source);
        writer.WriteString(3, SourceIdentity);
        writer.WriteString(4, Destination);
        writer.WriteString(5, DestinationIdentity);
        writer.WriteString(6, Backend);
        writer.WriteString(7, Route);
        writer.WriteString(8, Protocol);
        writer.WriteUInt32(9, StatusClass);
        writer.WriteString(10, Reason);
        writer.WriteBool(11, MutualTls);
        writer.WriteBool(12, Success);
        writer.WriteUInt64(13, Count);
        writer.WriteUInt64(14, BytesSent);
        writer.WriteUInt64(15, BytesReceived);
        writer.WriteUInt64(16, LatencySumUs);
        writer.WritePacked(17, LatencyBuckets);
        writer.WriteUInt64(18, Active);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
