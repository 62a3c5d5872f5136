using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>weft.session.v1.CommandResult.</summary>
public sealed class CommandResult : IProtoMessage<CommandResult>
{
    public ulong Id { get; set; }

    public bool Ok { get; set; }

    public string Text { get; set; } = "";

    public static CommandResult Parse(ReadOnlySpan<byte> bytes)
    {
        CommandResult message = new();
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
                case (2 << 3) | WireType.Varint:
                    Ok = reader.ReadBool();
                    break;
                case (3 << 3) | WireType.Bytes:
                    Text = reader.ReadString();
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
        writer.WriteBool(2, Ok);
        writer.WriteString(3, Text);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
