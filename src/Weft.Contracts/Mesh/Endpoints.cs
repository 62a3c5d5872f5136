using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>
/// A weft.mesh.v1.Endpoints. Its resource name: "&lt;namespace&gt;/&lt;name&gt;" of the service. Travels on
/// the fast lane, apart from the commit's other resources.
/// </summary>
public sealed class Endpoints : IProtoMessage<Endpoints>
{
    private const string FullName = "weft.mesh.v1.Endpoints";

    public string Service { get; set; } = "";

    public List<Endpoint> Items { get; init; } = [];

    public static Endpoints Parse(ReadOnlySpan<byte> bytes)
    {
        Endpoints message = new();
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
                    Items.Add(reader.ReadMessage(new Endpoint()));
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
        writer.WriteMessages(2, Items);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
