using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>weft.session.v1.SignResponse.</summary>
public sealed class SignResponse : IProtoMessage<SignResponse>
{
    /// <summary>DER, leaf first, without the root.</summary>
    public List<byte[]> Chain { get; init; } = [];

    public string TrustDomain { get; set; } = "";

    /// <summary>DER.</summary>
    public List<byte[]> Roots { get; init; } = [];

    public long NotAfterUnixS { get; set; }

    public static SignResponse Parse(ReadOnlySpan<byte> bytes)
    {
        SignResponse message = new();
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
                    reader.ReadBytesInto(Chain);
                    break;
                case (2 << 3) | WireType.Bytes:
                    TrustDomain = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    reader.ReadBytesInto(Roots);
                    break;
                case (4 << 3) | WireType.Varint:
                    NotAfterUnixS = reader.ReadInt64();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteByteStrings(1, Chain);
        writer.WriteString(2, TrustDomain);
        writer.WriteByteStrings(3, Roots);
        writer.WriteInt64(4, NotAfterUnixS);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
