namespace Weft.ControlPlane.Otlp;

/// <summary>What one sender of OTLP may make the server keep or spend.</summary>
internal static class OtlpLimits
{
    /// <summary>Bytes of a request after it was unpacked, as of every other message.</summary>
    internal const int BodyBytesMax = Contracts.Protobuf.ProtoLimits.MaxMessageBytes;

    /// <summary>Connections of all senders together.</summary>
    internal const int ConnectionsMax = 512;

    /// <summary>Attributes of one span, log record or point; further ones are left out.</summary>
    internal const int AttributesMax = 32;

    /// <summary>Characters of a value, a name or a log line; the rest is cut off.</summary>
    internal const int TextMax = 1_024;

    /// <summary>Characters of the name of a service or peer; longer ones are not names.</summary>
    internal const int NameMax = 253;

    /// <summary>Log records that are kept; the oldest go first.</summary>
    internal const int LogsMax = 10_000;

    /// <summary>Series of which the newest value is kept; points of further ones are rejected.</summary>
    internal const int SeriesMax = 10_000;

    /// <summary>Characters of a series' service, name and attributes together; longer ones are rejected.</summary>
    internal const int SeriesNameMax = 2_048;

    /// <summary>Characters of all log records that are kept.</summary>
    internal const int LogCharactersMax = 8 * 1024 * 1024;

    /// <summary>A series that was not told of for so long makes room.</summary>
    internal static readonly TimeSpan SeriesAge = TimeSpan.FromMinutes(15);

    internal static string Cut(string text) => text.Length <= TextMax ? text : text[..TextMax];
}
