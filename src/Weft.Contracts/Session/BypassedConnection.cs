using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>A connection that was open before the proxy began to capture and so passes it by.</summary>
public sealed class BypassedConnection : IProtoMessage<BypassedConnection>
{
    public string Local { get; set; } = "";

    public string Remote { get; set; } = "";

    public bool Inbound { get; set; }

    public static BypassedConnection Parse(ReadOnlySpan<byte> bytes)
    {
        BypassedConnection message = new();
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
                    Local = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Remote = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Varint:
                    Inbound = reader.ReadBool();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Local);
        writer.WriteString(2, Remote);
        writer.WriteBool(3, Inbound);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
