using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Flow;

/// <summary>One endpoint that was looked at, and what came of it.</summary>
public sealed class Considered : IProtoMessage<Considered>
{
    public string Endpoint { get; set; } = "";

    /// <summary>"chosen", "ejected", "unhealthy", "draining", "slower" or "tried".</summary>
    public string Verdict { get; set; } = "";

    public uint EwmaUs { get; set; }

    public uint Active { get; set; }

    public static Considered Parse(ReadOnlySpan<byte> bytes)
    {
        Considered message = new();
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
                    Endpoint = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Verdict = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Varint:
                    EwmaUs = reader.ReadUInt32();
                    break;
                case (4 << 3) | WireType.Varint:
                    Active = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Endpoint);
        writer.WriteString(2, Verdict);
        writer.WriteUInt32(3, EwmaUs);
        writer.WriteUInt32(4, Active);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
