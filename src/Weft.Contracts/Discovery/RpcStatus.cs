using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Discovery;

/// <summary>google.rpc.Status.</summary>
public sealed class RpcStatus : IProtoMessage<RpcStatus>
{
    public int Code { get; set; }

    public string Message { get; set; } = "";

    public List<AnyMessage> Details { get; init; } = [];

    public static RpcStatus Parse(ReadOnlySpan<byte> bytes)
    {
        RpcStatus message = new();
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
                    Code = reader.ReadInt32();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Message = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Details.Add(reader.ReadMessage(new AnyMessage()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteInt32(1, Code);
        writer.WriteString(2, Message);
        writer.WriteMessages(3, Details);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
