using Weft.Wire;

namespace Weft.Proxy.Protocols;

/// <summary>What a connection may take and how long; the defaults are the limits sheet (docs/reference/limits.md).</summary>
internal sealed record ConnectionLimits
{
    public static readonly ConnectionLimits Default = new();

    public HeadLimits Head { get; init; } = HeadLimits.Default;

    /// <summary>From the first byte of a head to its last.</summary>
    public int HeadMs { get; init; } = 10_000;

    public int HandshakeMs { get; init; } = 5_000;

    public int DetectMs { get; init; } = 5_000;

    /// <summary>Without an exchange.</summary>
    public int IdleMs { get; init; } = 60_000;

    /// <summary>A client's HTTP/1 connection without an exchange for so long gives its driver to others.</summary>
    public int RestAfterMs { get; init; } = 100;

    /// <summary>Idle upstream HTTP/1 connections are closed before common servers close them at 5 s.</summary>
    public int UpstreamIdleMs { get; init; } = 4_000;

    public int LingerMs { get; init; } = 1_000;

    /// <summary>How long an idle connection may still bring a request once draining has begun.</summary>
    public int DrainIdleMs { get; init; } = 1_000;

    public int ConnectMs { get; init; } = 2_000;

    /// <summary>After this time, give or take a tenth, a connection ends with its present exchanges, so that load spreads over new proxies.</summary>
    public int AgeMs { get; init; } = 3_600_000;

    /// <summary>HTTP/2: streams that a peer may have open (SETTINGS_MAX_CONCURRENT_STREAMS).</summary>
    public int StreamsMax { get; init; } = 100;

    /// <summary>HTTP/2: whether a server says that it takes extended CONNECT (RFC 8441).</summary>
    public bool TakesExtendedConnect { get; init; } = true;

    /// <summary>How old one connection may grow: drawn for each, so that many that began together do not end together.</summary>
    public int DrawAgeMs() => AgeMs - (AgeMs / 10) + Random.Shared.Next((AgeMs / 5) + 1);
}
