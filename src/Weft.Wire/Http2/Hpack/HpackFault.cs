namespace Weft.Wire.Http2.Hpack;

/// <summary>What must end when a field block was refused; <see cref="HpackDecoder.Cause"/> says why.</summary>
public enum HpackFault : byte
{
    None,

    /// <summary>The block cannot be decoded, and the tables of both sides may differ from here on: end the connection with COMPRESSION_ERROR.</summary>
    Compression,

    /// <summary>The message breaks RFC 9113, 8.2 or 8.3: reset the stream with PROTOCOL_ERROR. The connection is sound.</summary>
    Malformed,

    /// <summary>The message exceeds a limit: answer 431 (414 for <see cref="HeadFault.LineTooLong"/>) or reset the stream. The connection is sound.</summary>
    TooLarge,

    /// <summary>
    /// The message exceeds four times the limit of its fields. The rest of the block was not decoded, so a small block cannot buy much work; the
    /// tables differ from here on: end the connection with ENHANCE_YOUR_CALM.
    /// </summary>
    Excessive,
}
