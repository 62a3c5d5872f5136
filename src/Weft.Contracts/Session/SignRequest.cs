using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>weft.session.v1.SignRequest.</summary>
public sealed class SignRequest : IProtoMessage<SignRequest>
{
    /// <summary>DER, PKCS #10; its key never leaves the workload.</summary>
    public byte[] Csr { get; set; } = [];

    public string JoinToken { get; set; } = "";

    public string Namespace { get; set; } = "";

    public string Service { get; set; } = "";

    public static SignRequest Parse(ReadOnlySpan<byte> bytes)
    {
        SignRequest message = new();
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
                    Csr = reader.ReadBytes();
                    break;
                case (2 << 3) | WireType.Bytes:
                    JoinToken = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Namespace = reader.ReadString();
                    break;
                case (4 << 3) | WireType.Bytes:
                    Service = reader.ReadString();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteBytes(1, Csr);
        writer.WriteString(2, JoinToken);
        writer.WriteString(3, Namespace);
        writer.WriteString(4, Service);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
