using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>Status of trace.proto.</summary>
public sealed class OtlpStatus : IProtoMessage<OtlpStatus>
{
    /// <summary>The code of a failed span.</summary>
    public const int Error = 2;

    public string Message { get; set; } = "";

    public int Code { get; set; }

    public static OtlpStatus Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpStatus message = new();
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
                case (2 << 3) | WireType.Bytes:
                    Message = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Varint:
                    Code = reader.ReadInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(2, Message);
        writer.WriteInt32(3, Code);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
