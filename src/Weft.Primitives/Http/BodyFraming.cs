namespace Weft.Primitives.Http;

/// <summary>How a body ends (RFC 9112, 6).</summary>
public enum BodyFraming : byte
{
    /// <summary>No body.</summary>
    None,

    /// <summary>Content-Length bytes.</summary>
    Length,

    /// <summary>Chunked transfer coding.</summary>
    Chunked,

    /// <summary>Until the sender closes; HTTP/1 responses only.</summary>
    UntilClose,

    /// <summary>Until END_STREAM.</summary>
    Http2Stream,

    /// <summary>Opaque bytes in both directions: an accepted upgrade or CONNECT.</summary>
    Tunnel,
}
