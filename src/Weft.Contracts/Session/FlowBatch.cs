using Weft.Contracts.Flow;
using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>Flow records, oldest first.</summary>
public sealed class FlowBatch : IProtoMessage<FlowBatch>
{
    public List<FlowRecord> Flows { get; init; } = [];

    /// <summary>Records lost since the last batch of the same kind, because there were too many.</summary>
    public ulong Dropped { get; set; }

    /// <summary>Id of the tap that asked for them; "" for those sent unasked.</summary>
    public string Tap { get; set; } = "";

    /// <summary>Of a tap: all that its filter matched since the last batch.</summary>
    public ulong Matched { get; set; }

    public static FlowBatch Parse(ReadOnlySpan<byte> bytes)
    {
        FlowBatch message = new();
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
                    Flows.Add(reader.ReadMessage(new FlowRecord()));
                    break;
                case (2 << 3) | WireType.Varint:
                    Dropped = reader.ReadUInt64();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Tap = reader.ReadString();
                    break;
                case (4 << 3) | WireType.Varint:
                    Matched = reader.ReadUInt64();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteMessages(1, Flows);
        writer.WriteUInt64(2, Dropped);
        writer.WriteString(3, Tap);
        writer.WriteUInt64(4, Matched);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
