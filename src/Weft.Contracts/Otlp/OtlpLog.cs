using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>LogRecord of logs.proto.</summary>
public sealed class OtlpLog : IProtoMessage<OtlpLog>
{
    public ulong UnixNano { get; set; }

    /// <summary>1 to 24; 17 and more are errors.</summary>
    public int SeverityNumber { get; set; }

    public string SeverityText { get; set; } = "";

    public OtlpValue? Body { get; set; }

    public List<OtlpAttribute> Attributes { get; init; } = [];

    public byte[] TraceId { get; set; } = [];

    public byte[] SpanId { get; set; } = [];

    public ulong ObservedUnixNano { get; set; }

    public static OtlpLog Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpLog message = new();
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
                case (1 << 3) | WireType.Fixed64:
                    UnixNano = reader.ReadFixed64();
                    break;
                case (2 << 3) | WireType.Varint:
                    SeverityNumber = reader.ReadInt32();
                    break;
                case (3 << 3) | WireType.Bytes:
                    SeverityText = reader.ReadString();
                    break;
                case (5 << 3) | WireType.Bytes:
                    Body = reader.ReadMessage(new OtlpValue());
                    break;
                case (6 << 3) | WireType.Bytes:
                    Attributes.Add(reader.ReadMessage(new OtlpAttribute()));
                    break;
                case (9 << 3) | WireType.Bytes:
                    TraceId = reader.ReadBytes();
                    break;
                case (10 << 3) | WireType.Bytes:
                    SpanId = reader.ReadBytes();
                    break;
                case (11 << 3) | WireType.Fixed64:
                    ObservedUnixNano = reader.ReadFixed64();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteFixed64(1, UnixNano);
        writer.WriteInt32(2, SeverityNumber);
        writer.WriteString(3, SeverityText);
        writer.WriteMessage(5, Body);
        writer.WriteMessages(6, Attributes);
        writer.WriteBytes(9, TraceId);
        writer.WriteBytes(10, SpanId);
        writer.WriteFixed64(11, ObservedUnixNano);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
