using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Discovery;

/// <summary>google.protobuf.Any: the bytes of a message and the URL of its type (<see cref="TypeUrls"/>).</summary>
public sealed class AnyMessage : IProtoMessage<AnyMessage>
{
    public AnyMessage()
    {
    }

    public AnyMessage(string typeUrl, byte[] value)
    {
        TypeUrl = typeUrl;
        Value = value;
    }

    public string TypeUrl { get; set; } = "";

    public byte[] Value { get; set; } = [];

    public static AnyMessage Parse(ReadOnlySpan<byte> bytes)
    {
        AnyMessage message = new();
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
                    TypeUrl = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Value = reader.ReadBytes();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, TypeUrl);
        writer.WriteBytes(2, Value);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
