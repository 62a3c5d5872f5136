namespace Weft.Wire;

/// <summary>Why a head, a chunked body or a trailer section was refused: one member per cause, so that a log line names the mistake.</summary>
public enum HeadFault : byte
{
    None,

    /// <summary>A line ends with LF alone (RFC 9112, 2.2).</summary>
    BareLf,

    /// <summary>A field line starts with a blank (RFC 9112, 5.2).</summary>
    ObsoleteFold,

    /// <summary>A field name is empty, is not a token, or is followed by a blank (RFC 9110, 5.1).</summary>
    BadName,

    /// <summary>A field value contains NUL, CR or another control byte (RFC 9110, 5.5).</summary>
    BadValue,

    /// <summary>The method is not a token.</summary>
    BadMethod,

    /// <summary>The request target has none of the four forms of RFC 9112, 3.2, or does not fit the method.</summary>
    BadTarget,

    /// <summary>The version is neither HTTP/1.0 nor HTTP/1.1.</summary>
    BadVersion,

    /// <summary>The status is not three digits from 100 to 599.</summary>
    BadStatus,

    /// <summary>The start line is longer than <see cref="HeadLimits.StartLine"/>.</summary>
    LineTooLong,

    /// <summary>More field lines than <see cref="HeadLimits.Fields"/>.</summary>
    TooManyFields,

    /// <summary>The fields are larger than <see cref="HeadLimits.FieldBytes"/>.</summary>
    FieldsTooLarge,

    /// <summary>An HTTP/1.1 request without Host (RFC 9112, 3.2).</summary>
    MissingHost,

    /// <summary>Several Host fields.</summary>
    RepeatedHost,

    /// <summary>Host or authority is not host[:port], or carries user information.</summary>
    BadHost,

    /// <summary>The target's authority and the Host field name different hosts.</summary>
    HostDisagrees,

    /// <summary>Content-Length together with Transfer-Encoding (RFC 9112, 6.3).</summary>
    LengthAndChunked,

    /// <summary>Several Content-Length fields, or a list in one.</summary>
    RepeatedLength,

    /// <summary>Content-Length is not plain digits, or is larger than 2^53.</summary>
    BadLength,

    /// <summary>A transfer coding other than chunked.</summary>
    UnknownCoding,

    /// <summary>Several Transfer-Encoding fields, or several codings in one.</summary>
    RepeatedCoding,

    /// <summary>Transfer-Encoding in an HTTP/1.0 message.</summary>
    CodingInHttp10,

    /// <summary>A body is announced where none can be: CONNECT, 1xx, 204, 101, 2xx to CONNECT.</summary>
    BodyForbidden,

    /// <summary>Connection is not a list of at most 16 tokens, or nominates a field that is not the sender's to drop.</summary>
    BadConnection,

    /// <summary>Upgrade is malformed, or 101 came without it.</summary>
    BadUpgrade,

    /// <summary>HTTP/2: a pseudo field is unknown, repeated, missing, late or out of place (RFC 9113, 8.3).</summary>
    BadPseudoField,

    /// <summary>HTTP/2: a field of HTTP/1 connections (RFC 9113, 8.2.2).</summary>
    ConnectionSpecificField,

    /// <summary>A field that must not be in trailers (RFC 9110, 6.5.1).</summary>
    ForbiddenTrailer,

    /// <summary>A chunk size is not plain hexadecimal, or is larger than 2^53.</summary>
    BadChunkSize,

    /// <summary>The extensions of one chunk are longer than 256 bytes or contain control bytes.</summary>
    BadChunkExtension,

    /// <summary>Chunk data is not followed by CRLF.</summary>
    BadChunkEnd,
}
