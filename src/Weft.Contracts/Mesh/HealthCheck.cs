using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.HealthCheck: what a caller asks of an endpoint that has no proxy beside it which would report its health.</summary>
public sealed class HealthCheck : IProtoMessage<HealthCheck>
{
    private const string FullName = "weft.mesh.v1.HealthCheck";

    public CheckKind Kind { get; set; }

    /// <summary>Of the service, or any other of the endpoint; 0: the first of the service.</summary>
    public uint Port { get; set; }

    /// <summary>HTTP; empty: "/".</summary>
    public string Path { get; set; } = "";

    /// <summary>HTTP; empty: where the endpoint is.</summary>
    public string Host { get; set; } = "";

    /// <summary>HTTP; none: 200 to 399.</summary>
    public List<StatusRange> ExpectedStatuses { get; init; } = [];

    /// <summary>Empty: the server as a whole.</summary>
    public string GrpcService { get; set; } = "";

    /// <summary>0: default 5,000.</summary>
    public uint IntervalMs { get; set; }

    /// <summary>0: default 1,000.</summary>
    public uint TimeoutMs { get; set; }

    /// <summary>Failures in a row; 0: default 2.</summary>
    public uint UnhealthyThreshold { get; set; }

    /// <summary>Successes in a row; 0: default 1.</summary>
    public uint HealthyThreshold { get; set; }

    /// <summary>When fewer are healthy, all are used; 0: never.</summary>
    public uint MinHealthyPercent { get; set; }

    public static HealthCheck Parse(ReadOnlySpan<byte> bytes)
    {
        HealthCheck message = new();
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
                    Kind = (CheckKind)reader.ReadInt32();
                    break;
                case (2 << 3) | WireType.Varint:
                    Port = reader.ReadUInt32();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Path = reader.ReadString();
                    break;
                case (4 << 3) | WireType.Bytes:
                    Host = reader.ReadString();
                    break;
                case (5 << 3) | WireType.Bytes:
                    ExpectedStatuses.Add(reader.ReadMessage(new StatusRange()));
                    break;
                case (6 << 3) | WireType.Bytes:
                    GrpcService = reader.ReadString();
                    break;
                case (7 << 3) | WireType.Varint:
                    IntervalMs = reader.ReadUInt32();
                    break;
                case (8 << 3) | WireType.Varint:
                    TimeoutMs = reader.ReadUInt32();
                    break;
                case (9 << 3) | WireType.Varint:
                    UnhealthyThreshold = reader.ReadUInt32();
                    break;
                case (10 << 3) | WireType.Varint:
                    HealthyThreshold = reader.ReadUInt32();
                    break;
                case (11 << 3) | WireType.Varint:
                    MinHealthyPercent = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteInt32(1, (int)Kind);
        writer.WriteUInt32(2, Port);
        writer.WriteString(3, Path);
        writer.WriteString(4, Host);
        writer.WriteMessages(5, ExpectedStatuses);
        writer.WriteString(6, GrpcService);
        writer.WriteUInt32(7, IntervalMs);
        writer.WriteUInt32(8, TimeoutMs);
        writer.WriteUInt32(9, UnhealthyThreshold);
        writer.WriteUInt32(10, HealthyThreshold);
        writer.WriteUInt32(11, MinHealthyPercent);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
