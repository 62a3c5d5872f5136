using Weft.Contracts.Protobuf;
using Weft.Contracts.Session;

namespace Weft.Contracts.Flow;

/// <summary>What a proxy knows of one exchange, or one opaque connection, when it is over. The catalogue of its fields is <see cref="FlowFields"/>.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(FlowRecordConverter))]
public sealed class FlowRecord : IProtoMessage<FlowRecord>
{
    public string RequestId { get; set; } = "";

    /// <summary>16 bytes.</summary>
    public byte[] TraceId { get; set; } = [];

    /// <summary>8 bytes.</summary>
    public byte[] SpanId { get; set; } = [];

    /// <summary>8 bytes; empty without a parent.</summary>
    public byte[] ParentSpanId { get; set; } = [];

    public long StartUnixUs { get; set; }

    public Direction Direction { get; set; }

    /// <summary>"http1", "http2", "grpc", "tcp", "websocket".</summary>
    public string Protocol { get; set; } = "";

    public Party? Source { get; set; }

    public Party? Destination { get; set; }

    /// <summary>"ip:port" that the caller dialled.</summary>
    public string OriginalDestination { get; set; } = "";

    public string Method { get; set; } = "";

    public string Host { get; set; } = "";

    /// <summary>Values of the query string are redacted.</summary>
    public string Path { get; set; } = "";

    /// <summary>"/users/{id}/orders".</summary>
    public string Template { get; set; } = "";

    public uint Status { get; set; }

    /// <summary>-1 without one.</summary>
    public int GrpcStatus { get; set; }

    /// <summary>Towards the destination, body only.</summary>
    public ulong BytesSent { get; set; }

    public ulong BytesReceived { get; set; }

    /// <summary>Of gRPC.</summary>
    public ulong MessagesSent { get; set; }

    public ulong MessagesReceived { get; set; }

    public Timing? Timing { get; set; }

    public List<Attempt> Attempts { get; init; } = [];

    public Tls? Tls { get; set; }

    public string Route { get; set; } = "";

    /// <summary>Service that a route chose, "" if the same.</summary>
    public string Backend { get; set; } = "";

    /// <summary>The policy that denied.</summary>
    public string Policy { get; set; } = "";

    /// <summary>Newest commit of the configuration that decided.</summary>
    public ulong Commit { get; set; }

    /// <summary>EndReason; "OK" for an ordinary ending.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Envoy's short codes, separated by commas.</summary>
    public string Flags { get; set; } = "";

    /// <summary>Words that explain a refusal.</summary>
    public string Detail { get; set; } = "";

    /// <summary>Why it was sent: "error", "slow", "rate" or "tap".</summary>
    public string Sampled { get; set; } = "";

    /// <summary>Those that a tap asked for, redacted.</summary>
    public List<Header> Headers { get; init; } = [];

    /// <summary>"&lt;namespace&gt;/&lt;workload&gt;" that wrote it; set by the server from the session.</summary>
    public string Proxy { get; set; } = "";

    public List<Considered> Considered { get; init; } = [];

    /// <summary>Whether it did not end well, by its reason, its status or that of gRPC.</summary>
    public bool HasFailed => Status >= 500 || HasReason || GrpcStatus > 0;

    /// <summary>Whether it ended for another reason than that it was over.</summary>
    public bool HasReason => Reason is not ("" or "OK");

    public static FlowRecord Parse(ReadOnlySpan<byte> bytes)
    {
        FlowRecord message = new();
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
                    RequestId = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    TraceId = reader.ReadBytes();
                    break;
                case (3 << 3) | WireType.Bytes:
                    SpanId = reader.ReadBytes();
                    break;
                case (4 << 3) | WireType.Bytes:
                    ParentSpanId = reader.ReadBytes();
                    break;
                case (5 << 3) | WireType.Varint:
                    StartUnixUs = reader.ReadInt64();
                    break;
                case (6 << 3) | WireType.Varint:
                    Direction = (Direction)reader.ReadInt32();
                    break;
                case (7 << 3) | WireType.Bytes:
                    Protocol = reader.ReadString();
                    break;
                case (8 << 3) | WireType.Bytes:
                    Source = reader.ReadMessage(Source ?? new Party());
                    break;
                case (9 << 3) | WireType.Bytes:
                    Destination = reader.ReadMessage(Destination ?? new Party());
                    break;
                case (10 << 3) | WireType.Bytes:
                    OriginalDestination = reader.ReadString();
                    break;
                case (11 << 3) | WireType.Bytes:
                    Method = reader.ReadString();
                    break;
                case (12 << 3) | WireType.Bytes:
                    Host = reader.ReadString();
                    break;
                case (13 << 3) | WireType.Bytes:
                    Path = reader.ReadString();
                    break;
                case (14 << 3) | WireType.Bytes:
                    Template = reader.ReadString();
                    break;
                case (15 << 3) | WireType.Varint:
                    Status = reader.ReadUInt32();
                    break;
                case (16 << 3) | WireType.Varint:
                    GrpcStatus = reader.ReadInt32();
                    break;
                case (17 << 3) | WireType.Varint:
                    BytesSent = reader.ReadUInt64();
                    break;
                case (18 << 3) | WireType.Varint:
                    BytesReceived = reader.ReadUInt64();
                    break;
                case (19 << 3) | WireType.Varint:
                    MessagesSent = reader.ReadUInt64();
                    break;
                case (20 << 3) | WireType.Varint:
                    MessagesReceived = reader.ReadUInt64();
                    break;
                case (21 << 3) | WireType.Bytes:
                    Timing = reader.ReadMessage(Timing ?? new Timing());
                    break;
                case (22 << 3) | WireType.Bytes:
                    Attempts.Add(reader.ReadMessage(new Attempt()));
                    break;
                case (23 << 3) | WireType.Bytes:
                    Tls = reader.ReadMessage(Tls ?? new Tls());
                    break;
                case (24 << 3) | WireType.Bytes:
                    Route = reader.ReadString();
                    break;
                case (25 << 3) | WireType.Bytes:
                    Backend = reader.ReadString();
                    break;
                case (26 << 3) | WireType.Bytes:
                    Policy = reader.ReadString();
                    break;
                case (27 << 3) | WireType.Varint:
                    Commit = reader.ReadUInt64();
                    break;
                case (28 << 3) | WireType.Bytes:
                    Reason = reader.ReadString();
                    break;
                case (29 << 3) | WireType.Bytes:
                    Flags = reader.ReadString();
                    break;
                case (30 << 3) | WireType.Bytes:
                    Detail = reader.ReadString();
                    break;
                case (31 << 3) | WireType.Bytes:
                    Sampled = reader.ReadString();
                    break;
                case (32 << 3) | WireType.Bytes:
                    Headers.Add(reader.ReadMessage(new Header()));
                    break;
                case (33 << 3) | WireType.Bytes:
                    Proxy = reader.ReadString();
                    break;
                case (34 << 3) | WireType.Bytes:
                    Considered.Add(reader.ReadMessage(new Considered()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, RequestId);
        writer.WriteBytes(2, TraceId);
        writer.WriteBytes(3, SpanId);
        writer.WriteBytes(4, ParentSpanId);
        writer.WriteInt64(5, StartUnixUs);
        writer.WriteInt32(6, (int)Direction);
        writer.WriteString(7, Protocol);
        writer.WriteMessage(8, Source);
        writer.WriteMessage(9, Destination);
        writer.WriteString(10, OriginalDestination);
        writer.WriteString(11, Method);
        writer.WriteString(12, Host);
        writer.WriteString(13, Path);
        writer.WriteString(14, Template);
        writer.WriteUInt32(15, Status);
        writer.WriteInt32(16, GrpcStatus);
        writer.WriteUInt64(17, BytesSent);
        writer.WriteUInt64(18, BytesReceived);
        writer.WriteUInt64(19, MessagesSent);
        writer.WriteUInt64(20, MessagesReceived);
        writer.WriteMessage(21, Timing);
        writer.WriteMessages(22, Attempts);
        writer.WriteMessage(23, Tls);
        writer.WriteString(24, Route);
        writer.WriteString(25, Backend);
        writer.WriteString(26, Policy);
        writer.WriteUInt64(27, Commit);
        writer.WriteString(28, Reason);
        writer.WriteString(29, Flags);
        writer.WriteString(30, Detail);
        writer.WriteString(31, Sampled);
        writer.WriteMessages(32, Headers);
        writer.WriteString(33, Proxy);
        writer.WriteMessages(34, Considered);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
