namespace Weft.ControlPlane.Serving;

/// <summary>What one discovery stream may cost the server.</summary>
internal static class DiscoveryLimits
{
    /// <summary>Names that one stream may subscribe to; the stream of a proxy that asks for more is ended.</summary>
    internal const int MaxSubscriptions = 10_000;

    /// <summary>Characters in a resource name: a DNS name, a namespace and what stands around them.</summary>
    internal const int MaxNameLength = 512;

    /// <summary>Bytes after which a delta response is closed and the rest waits for its acknowledgement.</summary>
    internal const int ResponseBytes = 1024 * 1024;

    /// <summary>Characters of a refusal's reason that are kept.</summary>
    internal const int MaxReasonLength = 1024;

    /// <summary>Discovery streams that are served at once.</summary>
    internal const int MaxStreams = 10_000;

    /// <summary>How long a stream may stay silent before its first message.</summary>
    internal static readonly TimeSpan FirstMessage = TimeSpan.FromSeconds(10);
}
