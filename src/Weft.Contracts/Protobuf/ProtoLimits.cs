namespace Weft.Contracts.Protobuf;

/// <summary>What one message may cost its receiver.</summary>
public static class ProtoLimits
{
    /// <summary>Longest message that is read, in bytes. Senders split what is longer.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024;

    /// <summary>Deepest nesting of messages and groups.</summary>
    public const int MaxDepth = 64;

    /// <summary>
    /// Most nested messages and list elements in one message. Two bytes can ask for an object of a hundred, so
    /// the length alone does not bound the memory.
    /// </summary>
    public const int MaxElements = 256 * 1024;
}
