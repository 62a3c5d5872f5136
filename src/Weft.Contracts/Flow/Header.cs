using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Flow;

/// <summary>One header field of a request or response, as far as a tap asked for it.</summary>
public sealed class Header : IProtoMessage<Header>
{
    public string Name { get; set; } = "";

    public string Value { get; set; } = "";

    public bool Response { get; set; }

    public static Header Parse(ReadOnlySpan<byte> bytes)
    {
        Header message = new();
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
                    Name = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Value = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Varint:
                    Response = reader.ReadBool();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Name);
        writer.WriteString(2, Value);
        writer.WriteBool(3, Response);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
