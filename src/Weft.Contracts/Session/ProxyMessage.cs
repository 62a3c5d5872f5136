using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Session;

/// <summary>weft.session.v1.ProxyMessage.</summary>
public sealed class ProxyMessage : IProtoMessage<ProxyMessage>
{
    private object? _kind;

    /// <summary>At most one of the kinds is set; setting one clears the others.</summary>
    public Hello? Hello
    {
        get => _kind as Hello;
        set => _kind = value;
    }

    public HealthReport? Health
    {
        get => _kind as HealthReport;
        set => _kind = value;
    }

    public TrafficReport? Traffic
    {
        get => _kind as TrafficReport;
        set => _kind = value;
    }

    public CommandResult? Result
    {
        get => _kind as CommandResult;
        set => _kind = value;
    }

    public Goodbye? Goodbye
    {
        get => _kind as Goodbye;
        set => _kind = value;
    }

    public FlowBatch? Flows
    {
        get => _kind as FlowBatch;
        set => _kind = value;
    }

    public CheckReport? Checks
    {
        get => _kind as CheckReport;
        set => _kind = value;
    }

    public static ProxyMessage Parse(ReadOnlySpan<byte> bytes)
    {
        ProxyMessage message = new();
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
                    Hello = reader.ReadMessage(Hello ?? new Hello());
                    break;
                case (2 << 3) | WireType.Bytes:
                    Health = reader.ReadMessage(Health ?? new HealthReport());
                    break;
                case (3 << 3) | WireType.Bytes:
                    Traffic = reader.ReadMessage(Traffic ?? new TrafficReport());
                    break;
                case (4 << 3) | WireType.Bytes:
                    Result = reader.ReadMessage(Result ?? new CommandResult());
                    break;
                case (5 << 3) | WireType.Bytes:
                    Goodbye = reader.ReadMessage(Goodbye ?? new Goodbye());
                    break;
                case (6 << 3) | WireType.Bytes:
                    Flows = reader.ReadMessage(Flows ?? new FlowBatch());
                    break;
                case (7 << 3) | WireType.Bytes:
                    Checks = reader.ReadMessage(Checks ?? new CheckReport());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer)
    {
        writer.WriteMessage(1, Hello);
        writer.WriteMessage(2, Health);
        writer.WriteMessage(3, Traffic);
        writer.WriteMessage(4, Result);
        writer.WriteMessage(5, Goodbye);
        writer.WriteMessage(6, Flows);
        writer.WriteMessage(7, Checks);
    }

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
