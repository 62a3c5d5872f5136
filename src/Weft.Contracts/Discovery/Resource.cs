using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Discovery;

/// <summary>envoy.service.discovery.v3.Resource.</summary>
public sealed class Resource : IProtoMessage<Resource>
{
    public string Version { get; set; } = "";

    public AnyMessage? Body { get; set; }

    public string Name { get; set; } = "";

    public List<string> Aliases { get; init; } = [];

    public static Resource Parse(ReadOnlySpan<byte> bytes)
    {
        Resource message = new();
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
                    Version = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Body = reader.ReadMessage(Body ?? new AnyMessage());
                    break;
                case (3 << 3) | WireType.Bytes:
                    Name = reader.ReadString();
                    break;
                case (4 << 3) | WireType.Bytes:
                    reader.ReadStringInto(Aliases);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteString(1, Version);
        writer.WriteMessage(2, Body);
        writer.WriteString(3, Name);
        writer.WriteStrings(4, Aliases);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
