using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>What a proxy has found of endpoints that it checks because they have no proxy: all of it.</summary>
public sealed class CheckReport : IProtoMessage<CheckReport>
{
    /// <summary>Endpoints in one report; those that are unhealthy come first.</summary>
    public const int EndpointsMax = 1_024;

    public List<CheckedEndpoint> Endpoints { get; init; } = [];

    public static CheckReport Parse(ReadOnlySpan<byte> bytes)
    {
        CheckReport message = new();
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
                    Endpoints.Add(reader.ReadMessage(new CheckedEndpoint()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer) => writer.WriteMessages(1, Endpoints);

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
