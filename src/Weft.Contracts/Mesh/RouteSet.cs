using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>
/// A weft.mesh.v1.RouteSet. Its resource name: "&lt;namespace&gt;/&lt;name&gt;" of the parent service. Rules
/// stand in order of precedence, first match wins.
/// </summary>
public sealed class RouteSet : IProtoMessage<RouteSet>
{
    private const string FullName = "weft.mesh.v1.RouteSet";

    public string Service { get; set; } = "";

    public List<RouteRule> Rules { get; init; } = [];

    public static RouteSet Parse(ReadOnlySpan<byte> bytes)
    {
        RouteSet message = new();
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
                    Rules.Add(reader.ReadMessage(new RouteRule()));
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
        writer.WriteMessages(2, Rules);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
