using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Weft.ControlPlane;

/// <summary>What one client may make the server spend. Nothing is left at a default that somebody else may change.</summary>
internal static class KestrelLimits
{
    /// <summary>Ends lines at CR LF only (RFC 9112, 2.2 allows bare LF, which lets two readers see different heads).
    /// Must be set before Kestrel is first used.</summary>
    public const string NoBareLineFeedSwitch = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    /// <summary>A commit of the largest allowed size, with room for JSON's escapes.</summary>
    private const long BodyBytesMax = 16 * 1024 * 1024;

    public static void Apply(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.AllowSynchronousIO = false;
        options.AllowResponseHeaderCompression = false;
        KestrelServerLimits limits = options.Limits;
        limits.MaxConcurrentConnections = 1024;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestBodySize = BodyBytesMax;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestBufferSize = 1024 * 1024;
        limits.MaxResponseBufferSize = 1024 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
    }
}
