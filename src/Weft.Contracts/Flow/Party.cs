using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Flow;

/// <summary>One side of an exchange.</summary>
public sealed class Party : IProtoMessage<Party>
{
    /// <summary>"&lt;namespace&gt;/&lt;workload&gt;".</summary>
    public string Workload { get; set; } = "";

    /// <summary>"&lt;namespace&gt;/&lt;service&gt;", or "&lt;ip&gt;:&lt;port&gt;" outside the mesh.</summary>
    public string Service { get; set; } = "";

    /// <summary>SPIFFE ID that mutual TLS proved.</summary>
    public string Identity { get; set; } = "";

    public string Zone { get; set; } = "";

    /// <summary>"ip:port".</summary>
    public string Address { get; set; } = "";

    public string Version { get; set; } = "";

    public static Party Parse(ReadOnlySpan<byte> bytes)
    {
        Party message = new();
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
                    Identity = reader.ReadString();
                    break;
                case (4 << 3) | WireType.Bytes:
                    Zone = reader.ReadString();
                    break;
                case (5 << 3) | WireType.Bytes:
                    Address = reader.ReadString();
                    break;
                case (6 << 3) | WireType.Bytes:
                    Version = reader.ReadString();
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
        writer.WriteString(3, Identity);
        writer.WriteString(4, Zone);
        writer.WriteString(5, Address);
        writer.WriteString(6, Version);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
