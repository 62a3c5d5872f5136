namespace Weft.Contracts.Protobuf;

/// <summary>A message of a Protocol Buffers schema, written by hand so that it needs neither reflection nor a package.</summary>
public interface IProtoMessage<T>
    where T : IProtoMessage<T>
{
    /// <summary>Reads one whole message.</summary>
    /// <exception cref="ProtoException">The bytes are malformed, too long, too deep, or not valid UTF-8 where text is expected.</exception>
    static abstract T Parse(ReadOnlySpan<byte> bytes);

    /// <summary>Adds the fields of <paramref name="reader"/> to this message, as the specification asks when a nested message comes in pieces.</summary>
    void Merge(ref ProtoReader reader);

    /// <summary>Writes the fields in order of their numbers; equal content gives equal bytes.</summary>
    void Write(ProtoWriter writer);

    byte[] ToBytes();
}
