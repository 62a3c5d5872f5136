using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>weft.session.v1.Welcome.</summary>
public sealed class Welcome : IProtoMessage<Welcome>
{
    public string TrustDomain { get; set; } = "";

    public uint ReportIntervalMs { get; set; }

    public static Welcome Parse(ReadOnlySpan<byte> bytes)
    {
        Welcome message = new();
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
                    TrustDomain = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Varint:
                    ReportIntervalMs = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, TrustDomain);
        writer.WriteUInt32(2, ReportIntervalMs);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
