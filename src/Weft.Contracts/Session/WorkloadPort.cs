using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>weft.session.v1.WorkloadPort.</summary>
public sealed class WorkloadPort : IProtoMessage<WorkloadPort>
{
    public uint Port { get; set; }

    public uint TargetPort { get; set; }

    public string Protocol { get; set; } = "";

    public string HealthPath { get; set; } = "";

    public static WorkloadPort Parse(ReadOnlySpan<byte> bytes)
    {
        WorkloadPort message = new();
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
                    Port = reader.ReadUInt32();
                    break;
                case (2 << 3) | WireType.Varint:
                    TargetPort = reader.ReadUInt32();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Protocol = reader.ReadString();
                    break;
                case (4 << 3) | WireType.Bytes:
                    HealthPath = reader.ReadString();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteUInt32(1, Port);
        writer.WriteUInt32(2, TargetPort);
        writer.WriteString(3, Protocol);
        writer.WriteString(4, HealthPath);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
