using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>weft.session.v1.Hello.</summary>
public sealed class Hello : IProtoMessage<Hello>
{
    /// <summary>"&lt;namespace&gt;/&lt;workload&gt;"; must lie in the namespace of the certificate's identity.</summary>
    public string Workload { get; set; } = "";

    /// <summary>"&lt;namespace&gt;/&lt;service&gt;"; must be the certificate's identity.</summary>
    public string Service { get; set; } = "";

    /// <summary>Where other proxies reach this one.</summary>
    public string Address { get; set; } = "";

    public uint TunnelPort { get; set; }

    public List<WorkloadPort> Ports { get; init; } = [];

    public Dictionary<string, string> Labels { get; init; } = new(StringComparer.Ordinal);

    public string Zone { get; set; } = "";

    public string ProxyVersion { get; set; } = "";

    /// <summary>Random per process start: counters restart with it.</summary>
    public string Epoch { get; set; } = "";

    /// <summary>Newest commit in the state the proxy runs, 0 for none.</summary>
    public ulong StateCommit { get; set; }

    /// <summary>"transparent" or "explicit".</summary>
    public string Capture { get; set; } = "";

    public uint Pid { get; set; }

    public string Host { get; set; } = "";

    public static Hello Parse(ReadOnlySpan<byte> bytes)
    {
        Hello message = new();
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
                    Service = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Address = reader.ReadString();
                    break;
                case (4 << 3) | WireType.Varint:
                    TunnelPort = reader.ReadUInt32();
                    break;
                case (5 << 3) | WireType.Bytes:
                    Ports.Add(reader.ReadMessage(new WorkloadPort()));
                    break;
                case (6 << 3) | WireType.Bytes:
                    reader.ReadEntryInto(Labels);
                    break;
                case (7 << 3) | WireType.Bytes:
                    Zone = reader.ReadString();
                    break;
                case (8 << 3) | WireType.Bytes:
                    ProxyVersion = reader.ReadString();
                    break;
                case (9 << 3) | WireType.Bytes:
                    Epoch = reader.ReadString();
                    break;
                case (10 << 3) | WireType.Varint:
                    StateCommit = reader.ReadUInt64();
                    break;
                case (11 << 3) | WireType.Bytes:
                    Capture = reader.ReadString();
                    break;
                case (12 << 3) | WireType.Varint:
                    Pid = reader.ReadUInt32();
                    break;
                case (13 << 3) | WireType.Bytes:
                    Host = reader.ReadString();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Workload);
        writer.WriteString(2, Service);
        writer.WriteString(3, Address);
        writer.WriteUInt32(4, TunnelPort);
        writer.WriteMessages(5, Ports);
        writer.WriteMap(6, Labels);
        writer.WriteString(7, Zone);
        writer.WriteString(8, ProxyVersion);
        writer.WriteString(9, Epoch);
        writer.WriteUInt64(10, StateCommit);
        writer.WriteString(11, Capture);
        writer.WriteUInt32(12, Pid);
        writer.WriteString(13, Host);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
