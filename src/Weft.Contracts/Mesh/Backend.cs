using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.Backend.</summary>
public sealed class Backend : IProtoMessage<Backend>
{
    private const string FullName = "weft.mesh.v1.Backend";

    /// <summary>"&lt;namespace&gt;/&lt;name&gt;".</summary>
    public string Service { get; set; } = "";

    public uint Port { get; set; }

    public uint Weight { get; set; }

    public List<HeaderEdit> RequestEdits { get; init; } = [];

    /// <summary>Set: the share of this backend answers 500.</summary>
    public string InvalidReason { get; set; } = "";

    public static Backend Parse(ReadOnlySpan<byte> bytes)
    {
        Backend message = new();
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
                case (2 << 3) | WireType.Varint:
                    Port = reader.ReadUInt32();
                    break;
                case (3 << 3) | WireType.Varint:
                    Weight = reader.ReadUInt32();
                    break;
                case (4 << 3) | WireType.Bytes:
                    RequestEdits.Add(reader.ReadMessage(new HeaderEdit()));
                    break;
                case (5 << 3) | WireType.Bytes:
                    InvalidReason = reader.ReadString();
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
        writer.WriteUInt32(2, Port);
        writer.WriteUInt32(3, Weight);
        writer.WriteMessages(4, RequestEdits);
        writer.WriteString(5, InvalidReason);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
