using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>
/// Which service a destination that an application used means. Name: "host/&lt;name as the application wrote
/// it, lower case&gt;@&lt;namespace of the asker&gt;" or "address/&lt;ip&gt;". The server answers unknown
/// names with removed_resources, and sends the resource when the name begins to exist.
/// </summary>
public sealed class Destination : IProtoMessage<Destination>
{
    private const string FullName = "weft.mesh.v1.Destination";

    /// <summary>"&lt;namespace&gt;/&lt;name&gt;".</summary>
    public string Service { get; set; } = "";

    /// <summary>What the proxy's DNS answers for a host name.</summary>
    public string VirtualAddress { get; set; } = "";

    public static Destination Parse(ReadOnlySpan<byte> bytes)
    {
        Destination message = new();
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
                    Service = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    VirtualAddress = reader.ReadString();
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Service);
        writer.WriteString(2, VirtualAddress);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
