using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.OutlierDetection.</summary>
public sealed class OutlierDetection : IProtoMessage<OutlierDetection>
{
    private const string FullName = "weft.mesh.v1.OutlierDetection";

    /// <summary>0: default 5.</summary>
    public uint ConsecutiveFailures { get; set; }

    /// <summary>0: default 10,000, doubled per ejection in a row, at most 300,000.</summary>
    public uint EjectionMs { get; set; }

    /// <summary>0: default 50.</summary>
    public uint MaxEjectedPercent { get; set; }

    public static OutlierDetection Parse(ReadOnlySpan<byte> bytes)
    {
        OutlierDetection message = new();
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
                case (1 << 3) | WireType.Varint:
                    ConsecutiveFailures = reader.ReadUInt32();
                    break;
                case (2 << 3) | WireType.Varint:
                    EjectionMs = reader.ReadUInt32();
                    break;
                case (3 << 3) | WireType.Varint:
                    MaxEjectedPercent = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteUInt32(1, ConsecutiveFailures);
        writer.WriteUInt32(2, EjectionMs);
        writer.WriteUInt32(3, MaxEjectedPercent);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
