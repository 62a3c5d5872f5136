using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>ExportTraceServiceResponse and its two likes.</summary>
public sealed class OtlpAnswer : IProtoMessage<OtlpAnswer>
{
    /// <summary>Null when everything was taken.</summary>
    public OtlpPartialSuccess? PartialSuccess { get; set; }

    public static OtlpAnswer Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpAnswer message = new();
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
                    PartialSuccess = reader.ReadMessage(PartialSuccess ?? new OtlpPartialSuccess());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteMessage(1, PartialSuccess);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
