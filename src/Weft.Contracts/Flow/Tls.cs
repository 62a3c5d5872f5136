using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Flow;

/// <summary>How the connections of an exchange were protected.</summary>
public sealed class Tls : IProtoMessage<Tls>
{
    /// <summary>"1.3".</summary>
    public string Version { get; set; } = "";

    public string Cipher { get; set; } = "";

    public bool Mutual { get; set; }

    public bool Resumed { get; set; }

    public string UpstreamVersion { get; set; } = "";

    public string UpstreamCipher { get; set; } = "";

    public static Tls Parse(ReadOnlySpan<byte> bytes)
    {
        Tls message = new();
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
                    Version = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Cipher = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Varint:
                    Mutual = reader.ReadBool();
                    break;
                case (4 << 3) | WireType.Varint:
                    Resumed = reader.ReadBool();
                    break;
                case (5 << 3) | WireType.Bytes:
                    UpstreamVersion = reader.ReadString();
                    break;
                case (6 << 3) | WireType.Bytes:
                    UpstreamCipher = reader.ReadString();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Version);
        writer.WriteString(2, Cipher);
        writer.WriteBool(3, Mutual);
        writer.WriteBool(4, Resumed);
        writer.WriteString(5, UpstreamVersion);
        writer.WriteString(6, UpstreamCipher);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
