using Weft.Proxy.Health;
using Weft.Proxy.Overload;

namespace Weft.Proxy.Telemetry;

/// <summary>What the control thread knows about itself when metrics are scraped.</summary>
internal readonly record struct ControlFigures
{
    public string Version { get; init; }

    public bool Ready { get; init; }

    public bool Draining { get; init; }

    /// <summary>Whether the discovery stream is open.</summary>
    public bool Connected { get; init; }

    /// <summary>Seconds until the certificate expires, negative afterwards; null without one.</summary>
    public double? CertificateExpiryS { get; init; }

    /// <summary>The highest step of the overload ladder that a loop stands on.</summary>
    public LoadLevel Load { get; init; }

    public ulong ConfigCommit { get; init; }

    /// <summary>Seconds since the control plane last confirmed the configuration; null when it never did.</summary>
    public double? ConfigAgeS { get; init; }

    public int Subscriptions { get; init; }

    public long ConfigRefusals { get; init; }

    /// <summary>One for each receiver of records; null for none.</summary>
    public IReadOnlyList<SinkDrops>? Sinks { get; init; }

    /// <summary>What checks of endpoints have found; null where none are made.</summary>
    public CheckFigures? Checks { get; init; }

    public long DnsQueries { get; init; }

    public long DnsFailures { get; init; }

    /// <summary>Broken promises of the proxy's own code.</summary>
    public long Bugs { get; init; }

    /// <summary>When the process started, in seconds of Unix time.</summary>
    public double StartedAtUnixS { get; init; }
}
