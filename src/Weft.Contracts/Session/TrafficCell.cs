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

    /// <summary>Route template, "/users/{id}/orders"; "" where none is known.</summary>
    public string Template { get; set; } = "";

    /// <summary>"&lt;namespace&gt;/&lt;workload&gt;".</summary>
    public string SourceWorkload { get; set; } = "";

    public string DestinationWorkload { get; set; } = "";

    public string SourceVersion { get; set; } = "";

    public string DestinationVersion { get; set; } = "";

    /// <summary>"1.3"; "" in plain.</summary>
    public string TlsVersion { get; set; } = "";

    public PartSum? ClientRtt { get; set; }

    public PartSum? ServerRtt { get; set; }

    public PartSum? Application { get; set; }

    public PartSum? Transfer { get; set; }

    public PartSum? Queue { get; set; }

    public PartSum? Connect { get; set; }

    /// <summary>All attempts of the exchanges counted.</summary>
    public ulong Attempts { get; set; }

    /// <summary>Attempts beyond the first.</summary>
    public ulong Retries { get; set; }

    /// <summary>Of gRPC.</summary>
    public ulong MessagesSent { get; set; }

    public ulong MessagesReceived { get; set; }

    public string DestinationZone { get; set; } = "";

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
                    Source = reader.ReadName();
                    break;
                case (3 << 3) | WireType.Bytes:
                    SourceIdentity = reader.ReadName();
                    break;
                case (4 << 3) | WireType.Bytes:
                    Destination = reader.ReadName();
                    break;
                case (5 << 3) | WireType.Bytes:
                    DestinationIdentity = reader.ReadName();
                    break;
                case (6 << 3) | WireType.Bytes:
                    Backend = reader.ReadName();
                    break;
                case (7 << 3) | WireType.Bytes:
                    Route = reader.ReadName();
                    break;
                case (8 << 3) | WireType.Bytes:
                    Protocol = reader.ReadName();
                    break;
                case (9 << 3) | WireType.Varint:
                    StatusClass = reader.ReadUInt32();
                    break;
                case (10 << 3) | WireType.Bytes:
                    Reason = reader.ReadName();
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
                case (19 << 3) | WireType.Bytes:
                    Template = reader.ReadName();
                    break;
                case (20 << 3) | WireType.Bytes:
                    SourceWorkload = reader.ReadName();
                    break;
                case (21 << 3) | WireType.Bytes:
                    DestinationWorkload = reader.ReadName();
                    break;
                case (22 << 3) | WireType.Bytes:
                    SourceVersion = reader.ReadName();
                    break;
                case (23 << 3) | WireType.Bytes:
                    DestinationVersion = reader.ReadName();
                    break;
                case (24 << 3) | WireType.Bytes:
                    TlsVersion = reader.ReadName();
                    break;
                case (25 << 3) | WireType.Bytes:
                    ClientRtt = reader.ReadMessage(ClientRtt ?? new PartSum());
                    break;
                case (26 << 3) | WireType.Bytes:
                    ServerRtt = reader.ReadMessage(ServerRtt ?? new PartSum());
                    break;
                case (27 << 3) | WireType.Bytes:
                    Application = reader.ReadMessage(Application ?? new PartSum());
                    break;
                case (28 << 3) | WireType.Bytes:
                    Transfer = reader.ReadMessage(Transfer ?? new PartSum());
                    break;
                case (29 << 3) | WireType.Bytes:
                    Queue = reader.ReadMessage(Queue ?? new PartSum());
                    break;
                case (30 << 3) | WireType.Bytes:
                    Connect = reader.ReadMessage(Connect ?? new PartSum());
                    break;
                case (31 << 3) | WireType.Varint:
                    Attempts = reader.ReadUInt64();
                    break;
                case (32 << 3) | WireType.Varint:
                    Retries = reader.ReadUInt64();
                    break;
                case (33 << 3) | WireType.Varint:
                    MessagesSent = reader.ReadUInt64();
                    break;
                case (34 << 3) | WireType.Varint:
                    MessagesReceived = reader.ReadUInt64();
                    break;
                case (35 << 3) | WireType.Bytes:
                    DestinationZone = reader.ReadName();
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
        writer.WriteString(19, Template);
        writer.WriteString(20, SourceWorkload);
        writer.WriteString(21, DestinationWorkload);
        writer.WriteString(22, SourceVersion);
        writer.WriteString(23, DestinationVersion);
        writer.WriteString(24, TlsVersion);
        writer.WriteMessage(25, ClientRtt);
        writer.WriteMessage(26, ServerRtt);
        writer.WriteMessage(27, Application);
        writer.WriteMessage(28, Transfer);
        writer.WriteMessage(29, Queue);
        writer.WriteMessage(30, Connect);
        writer.WriteUInt64(31, Attempts);
        writer.WriteUInt64(32, Retries);
        writer.WriteUInt64(33, MessagesSent);
        writer.WriteUInt64(34, MessagesReceived);
        writer.WriteString(35, DestinationZone);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
