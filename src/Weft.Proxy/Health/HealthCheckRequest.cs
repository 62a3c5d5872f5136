using Weft.Contracts.Protobuf;

namespace Weft.Proxy.Health;

/// <summary>grpc.health.v1.HealthCheckRequest.</summary>
internal sealed class HealthCheckRequest : IProtoMessage<HealthCheckRequest>
{
    // Field 1, length-delimited.
    private const uint ServiceTag = (1 << 3) | 2;

    /// <summary>The service that is asked about; empty for the server as a whole.</summary>
    public string Service { get; set; } = "";

    public static HealthCheckRequest Parse(ReadOnlySpan<byte> bytes)
    {
        HealthCheckRequest message = new();
        ProtoReader reader = new(bytes);
        message.Merge(ref reader);
        return message;
    }

    public void Merge(ref ProtoReader reader)
    {
        while (reader.TryReadTag(out uint tag))
        {
            if (tag == ServiceTag)
            {
                Service = reader.ReadString();
            }
            else
            {
                reader.Skip(tag);
            }
        }
    }

    public void Write(ProtoWriter writer) => writer.WriteString(1, Service);

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
