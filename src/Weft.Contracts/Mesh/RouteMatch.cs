using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.RouteMatch.</summary>
public sealed class RouteMatch : IProtoMessage<RouteMatch>
{
    private const string FullName = "weft.mesh.v1.RouteMatch";

    public PathMatch? Path { get; set; }

    /// <summary>Empty: any.</summary>
    public string Method { get; set; } = "";

    public List<ValueMatch> Headers { get; init; } = [];

    public List<ValueMatch> Query { get; init; } = [];

    public static RouteMatch Parse(ReadOnlySpan<byte> bytes)
    {
        RouteMatch message = new();
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
                    Path = reader.ReadMessage(Path ?? new PathMatch());
                    break;
                case (2 << 3) | WireType.Bytes:
                    Method = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Headers.Add(reader.ReadMessage(new ValueMatch()));
                    break;
                case (4 << 3) | WireType.Bytes:
                    Query.Add(reader.ReadMessage(new ValueMatch()));
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteMessage(1, Path);
        writer.WriteString(2, Method);
        writer.WriteMessages(3, Headers);
        writer.WriteMessages(4, Query);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
