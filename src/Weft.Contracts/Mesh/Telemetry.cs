using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>What a proxy records, where that differs from its own options. Name: "&lt;namespace&gt;/&lt;service&gt;" of the workload.</summary>
public sealed class Telemetry : IProtoMessage<Telemetry>
{
    private const string FullName = "weft.mesh.v1.Telemetry";

    public string Service { get; set; } = "";

    /// <summary>Share of traces that are kept without further reason, in millionths; null: not said.</summary>
    public uint? TraceSamplePpm { get; set; }

    /// <summary>From when an answer is slow; null: not said.</summary>
    public uint? SlowMs { get; set; }

    /// <summary>Share of ordinary exchanges in the access log, in millionths; null: not said.</summary>
    public uint? AccessLogSamplePpm { get; set; }

    public static Telemetry Parse(ReadOnlySpan<byte> bytes)
    {
        Telemetry message = new();
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
                    Service = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Varint:
                    TraceSamplePpm = reader.ReadUInt32();
                    break;
                case (3 << 3) | WireType.Varint:
                    SlowMs = reader.ReadUInt32();
                    break;
                case (4 << 3) | WireType.Varint:
                    AccessLogSamplePpm = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Service);
        writer.WriteOptional(2, TraceSamplePpm);
        writer.WriteOptional(3, SlowMs);
        writer.WriteOptional(4, AccessLogSamplePpm);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
