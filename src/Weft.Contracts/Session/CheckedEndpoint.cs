using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>What a proxy has found of one endpoint that has no proxy.</summary>
public sealed class CheckedEndpoint : IProtoMessage<CheckedEndpoint>
{
    /// <summary>"namespace/service".</summary>
    public string Service { get; set; } = "";

    /// <summary>"namespace/workload".</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Where it was asked.</summary>
    public string Address { get; set; } = "";

    public bool Healthy { get; set; }

    /// <summary>What the last check found; "" for a healthy one.</summary>
    public string Detail { get; set; } = "";

    /// <summary>For how long it has been so when this was said, in milliseconds: an age, since clocks of two machines differ.</summary>
    public ulong HeldMs { get; set; }

    public static CheckedEndpoint Parse(ReadOnlySpan<byte> bytes)
    {
        CheckedEndpoint message = new();
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
                case (2 << 3) | WireType.Bytes:
                    Endpoint = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Address = reader.ReadString();
                    break;
                case (4 << 3) | WireType.Varint:
                    Healthy = reader.ReadBool();
                    break;
                case (5 << 3) | WireType.Bytes:
                    Detail = reader.ReadString();
                    break;
                case (6 << 3) | WireType.Varint:
                    HeldMs = reader.ReadUInt64();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Service);
        writer.WriteString(2, Endpoint);
        writer.WriteString(3, Address);
        writer.WriteBool(4, Healthy);
        writer.WriteString(5, Detail);
        writer.WriteUInt64(6, HeldMs);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
