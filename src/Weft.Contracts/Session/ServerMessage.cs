using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>weft.session.v1.ServerMessage.</summary>
public sealed class ServerMessage : IProtoMessage<ServerMessage>
{
    private object? _kind;

    /// <summary>At most one of the kinds is set; setting one clears the others.</summary>
    public Welcome? Welcome
    {
        get => _kind as Welcome;
        set => _kind = value;
    }

    public Command? Command
    {
        get => _kind as Command;
        set => _kind = value;
    }

    public static ServerMessage Parse(ReadOnlySpan<byte> bytes)
    {
        ServerMessage message = new();
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
                    Welcome = reader.ReadMessage(Welcome ?? new Welcome());
                    break;
                case (2 << 3) | WireType.Bytes:
                    Command = reader.ReadMessage(Command ?? new Command());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteMessage(1, Welcome);
        writer.WriteMessage(2, Command);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
