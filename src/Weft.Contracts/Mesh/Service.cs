using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>A weft.mesh.v1.Service. Its resource name: "&lt;namespace&gt;/&lt;name&gt;".</summary>
public sealed class Service : IProtoMessage<Service>
{
    private const string FullName = "weft.mesh.v1.Service";

    public string Namespace { get; set; } = "";

    public string Name { get; set; } = "";

    public string VirtualAddress { get; set; } = "";

    public List<Port> Ports { get; init; } = [];

    public Balancing Balancing { get; set; }

    public OutlierDetection? OutlierDetection { get; set; }

    /// <summary>0: default 2,000.</summary>
    public uint ConnectTimeoutMs { get; set; }

    /// <summary>0: default 60,000.</summary>
    public uint IdleTimeoutMs { get; set; }

    /// <summary>Of endpoints with tunnel_port 0, by each caller; null: none.</summary>
    public HealthCheck? HealthCheck { get; set; }

    public static Service Parse(ReadOnlySpan<byte> bytes)
    {
        Service message = new();
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
                    Namespace = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Name = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    VirtualAddress = reader.ReadString();
                    break;
                case (4 << 3) | WireType.Bytes:
                    Ports.Add(reader.ReadMessage(new Port()));
                    break;
                case (5 << 3) | WireType.Varint:
                    Balancing = (Balancing)reader.ReadInt32();
                    break;
                case (6 << 3) | WireType.Bytes:
                    OutlierDetection = reader.ReadMessage(OutlierDetection ?? new OutlierDetection());
                    break;
                case (7 << 3) | WireType.Varint:
                    ConnectTimeoutMs = reader.ReadUInt32();
                    break;
                case (8 << 3) | WireType.Varint:
                    IdleTimeoutMs = reader.ReadUInt32();
                    break;
                case (9 << 3) | WireType.Bytes:
                    HealthCheck = reader.ReadMessage(HealthCheck ?? new HealthCheck());
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Namespace);
        writer.WriteString(2, Name);
        writer.WriteString(3, VirtualAddress);
        writer.WriteMessages(4, Ports);
        writer.WriteInt32(5, (int)Balancing);
        writer.WriteMessage(6, OutlierDetection);
        writer.WriteUInt32(7, ConnectTimeoutMs);
        writer.WriteUInt32(8, IdleTimeoutMs);
        writer.WriteMessage(9, HealthCheck);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
