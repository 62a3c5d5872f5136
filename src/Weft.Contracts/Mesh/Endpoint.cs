using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.Endpoint.</summary>
public sealed class Endpoint : IProtoMessage<Endpoint>
{
    private const string FullName = "weft.mesh.v1.Endpoint";

    /// <summary>"&lt;namespace&gt;/&lt;workload&gt;".</summary>
    public string Workload { get; set; } = "";

    /// <summary>IP, no port; with <see cref="TunnelPort"/> 0 also a host name that callers resolve.</summary>
    public string Address { get; set; } = "";

    /// <summary>Where its proxy takes mutual TLS; 0: not in the mesh, plain bytes.</summary>
    public uint TunnelPort { get; set; }

    /// <summary>SPIFFE ID that the endpoint must present; empty with tunnel_port 0.</summary>
    public string Identity { get; set; } = "";

    public Health Health { get; set; }

    /// <summary>0 means 1.</summary>
    public uint Weight { get; set; }

    public string Zone { get; set; } = "";

    public Dictionary<string, string> Labels { get; init; } = new(StringComparer.Ordinal);

    public List<TargetPort> Ports { get; init; } = [];

    public static Endpoint Parse(ReadOnlySpan<byte> bytes)
    {
        Endpoint message = new();
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
                    Workload = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Address = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Varint:
                    TunnelPort = reader.ReadUInt32();
                    break;
                case (4 << 3) | WireType.Bytes:
                    Identity = reader.ReadString();
                    break;
                case (5 << 3) | WireType.Varint:
                    Health = (Health)reader.ReadInt32();
                    break;
                case (6 << 3) | WireType.Varint:
                    Weight = reader.ReadUInt32();
                    break;
                case (7 << 3) | WireType.Bytes:
                    Zone = reader.ReadString();
                    break;
                case (8 << 3) | WireType.Bytes:
                    reader.ReadEntryInto(Labels, FullName);
                    break;
                case (9 << 3) | WireType.Bytes:
                    Ports.Add(reader.ReadMessage(new TargetPort()));
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Workload);
        writer.WriteString(2, Address);
        writer.WriteUInt32(3, TunnelPort);
        writer.WriteString(4, Identity);
        writer.WriteInt32(5, (int)Health);
        writer.WriteUInt32(6, Weight);
        writer.WriteString(7, Zone);
        writer.WriteMap(8, Labels);
        writer.WriteMessages(9, Ports);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
