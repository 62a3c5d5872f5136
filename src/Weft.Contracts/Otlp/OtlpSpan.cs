using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>Span of trace.proto, without its links, events and trace state.</summary>
public sealed class OtlpSpan : IProtoMessage<OtlpSpan>
{
    /// <summary>16 bytes.</summary>
    public byte[] TraceId { get; set; } = [];

    /// <summary>8 bytes.</summary>
    public byte[] SpanId { get; set; } = [];

    /// <summary>8 bytes; empty without a parent.</summary>
    public byte[] ParentSpanId { get; set; } = [];

    public string Name { get; set; } = "";

    /// <summary>1 internal, 2 server, 3 client, 4 producer, 5 consumer.</summary>
    public int Kind { get; set; }

    public ulong StartUnixNano { get; set; }

    public ulong EndUnixNano { get; set; }

    public List<OtlpAttribute> Attributes { get; init; } = [];

    public OtlpStatus? Status { get; set; }

    public static OtlpSpan Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpSpan message = new();
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
                    TraceId = reader.ReadBytes();
                    break;
                case (2 << 3) | WireType.Bytes:
                    SpanId = reader.ReadBytes();
                    break;
                case (4 << 3) | WireType.Bytes:
                    ParentSpanId = reader.ReadBytes();
                    break;
                case (5 << 3) | WireType.Bytes:
                    Name = reader.ReadString();
                    break;
                case (6 << 3) | WireType.Varint:
                    Kind = reader.ReadInt32();
                    break;
                case (7 << 3) | WireType.Fixed64:
                    StartUnixNano = reader.ReadFixed64();
                    break;
                case (8 << 3) | WireType.Fixed64:
                    EndUnixNano = reader.ReadFixed64();
                    break;
                case (9 << 3) | WireType.Bytes:
                    Attributes.Add(reader.ReadMessage(new OtlpAttribute()));
                    break;
                case (15 << 3) | WireType.Bytes:
                    Status = reader.ReadMessage(Status ?? new OtlpStatus());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteBytes(1, TraceId);
        writer.WriteBytes(2, SpanId);
        writer.WriteBytes(4, ParentSpanId);
        writer.WriteString(5, Name);
        writer.WriteInt32(6, Kind);
        writer.WriteFixed64(7, StartUnixNano);
        writer.WriteFixed64(8, EndUnixNano);
        writer.WriteMessages(9, Attributes);
        writer.WriteMessage(15, Status);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
