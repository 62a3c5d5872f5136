using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>A weft.mesh.v1.TrustBundle. Its resource name: the trust domain.</summary>
public sealed class TrustBundle : IProtoMessage<TrustBundle>
{
    private const string FullName = "weft.mesh.v1.TrustBundle";

    public string TrustDomain { get; set; } = "";

    /// <summary>DER certificates.</summary>
    public List<byte[]> Roots { get; init; } = [];

    public static TrustBundle Parse(ReadOnlySpan<byte> bytes)
    {
        TrustBundle message = new();
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
                case (2 << 3) | WireType.Bytes:
                    reader.ReadBytesInto(Roots);
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, TrustDomain);
        writer.WriteByteStrings(2, Roots);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
