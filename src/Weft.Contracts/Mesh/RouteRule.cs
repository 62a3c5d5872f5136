using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.RouteRule.</summary>
public sealed class RouteRule : IProtoMessage<RouteRule>
{
    private const string FullName = "weft.mesh.v1.RouteRule";

    /// <summary>"HTTPRoute/&lt;ns&gt;/&lt;name&gt;/&lt;rule number&gt;", what logs and metrics show.</summary>
    public string Name { get; set; } = "";

    /// <summary>Empty: every port.</summary>
    public List<uint> ParentPorts { get; init; } = [];

    /// <summary>Empty: every host.</summary>
    public List<string> Hostnames { get; init; } = [];

    /// <summary>One match per rule: a route's several matches become several rules.</summary>
    public RouteMatch? Match { get; set; }

    public List<HeaderEdit> RequestEdits { get; init; } = [];

    public List<HeaderEdit> ResponseEdits { get; init; } = [];

    /// <summary>None: 500 with reason NO_BACKEND, as the Gateway API says.</summary>
    public List<Backend> Backends { get; init; } = [];

    /// <summary>0: none.</summary>
    public uint RequestTimeoutMs { get; set; }

    /// <summary>0: none.</summary>
    public uint BackendTimeoutMs { get; set; }

    /// <summary>For TLS that is passed on as it is: the host names are server names, and nothing else of the match counts.</summary>
    public bool Tls { get; set; }

    public static RouteRule Parse(ReadOnlySpan<byte> bytes)
    {
        RouteRule message = new();
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
                    Name = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    reader.ReadPackedInto(ParentPorts);
                    break;
                case (2 << 3) | WireType.Varint:
                    reader.ReadInto(ParentPorts);
                    break;
                case (3 << 3) | WireType.Bytes:
                    reader.ReadStringInto(Hostnames);
                    break;
                case (4 << 3) | WireType.Bytes:
                    Match = reader.ReadMessage(Match ?? new RouteMatch());
                    break;
                case (5 << 3) | WireType.Bytes:
                    RequestEdits.Add(reader.ReadMessage(new HeaderEdit()));
                    break;
                case (6 << 3) | WireType.Bytes:
                    ResponseEdits.Add(reader.ReadMessage(new HeaderEdit()));
                    break;
                case (7 << 3) | WireType.Bytes:
                    Backends.Add(reader.ReadMessage(new Backend()));
                    break;
                case (8 << 3) | WireType.Varint:
                    RequestTimeoutMs = reader.ReadUInt32();
                    break;
                case (9 << 3) | WireType.Varint:
                    BackendTimeoutMs = reader.ReadUInt32();
                    break;
                case (10 << 3) | WireType.Varint:
                    Tls = reader.ReadBool();
                    break;
                default:
                    reader.Skip(tag, FullName);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Name);
        writer.WritePacked(2, ParentPorts);
        writer.WriteStrings(3, Hostnames);
        writer.WriteMessage(4, Match);
        writer.WriteMessages(5, RequestEdits);
        writer.WriteMessages(6, ResponseEdits);
        writer.WriteMessages(7, Backends);
        writer.WriteUInt32(8, RequestTimeoutMs);
        writer.WriteUInt32(9, BackendTimeoutMs);
        writer.WriteBool(10, Tls);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
