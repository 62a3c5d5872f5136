using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>weft.session.v1.Command.</summary>
public sealed class Command : IProtoMessage<Command>
{
    public ulong Id { get; set; }

    /// <summary>"drain", "dump", "renew", "tap-start", "tap-stop", "flow", "log-level".</summary>
    public string Verb { get; set; } = "";

    public Dictionary<string, string> Arguments { get; init; } = new(StringComparer.Ordinal);

    public static Command Parse(ReadOnlySpan<byte> bytes)
    {
        Command message = new();
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
                    Id = reader.ReadUInt64();
                    break;
                case (2 << 3) | WireType.Bytes:
                    Verb = reader.ReadString();
                    break;
                case (3 << 3) | WireType.Bytes:
                    reader.ReadEntryInto(Arguments);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteUInt64(1, Id);
        writer.WriteString(2, Verb);
        writer.WriteMap(3, Arguments);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
