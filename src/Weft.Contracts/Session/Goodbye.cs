using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>True: take no new traffic but keep me; false: forget me.</summary>
public sealed class Goodbye : IProtoMessage<Goodbye>
{
    public bool Draining { get; set; }

    public static Goodbye Parse(ReadOnlySpan<byte> bytes)
    {
        Goodbye message = new();
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
                    Draining = reader.ReadBool();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteBool(1, Draining);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
