using System.Net;

namespace Weft.ControlPlane.Serving;

/// <summary>What the half of the server that serves proxies is told at its start.</summary>
public sealed record MeshPlaneOptions
{
    /// <summary>Where proxies connect. Port 0 takes any that is free.</summary>
    public required IPEndPoint Listen { get; init; }

    public required string TrustDomain { get; init; }

    /// <summary>Lifetime of workload certificates, 1 second to 30 days.</summary>
    public TimeSpan LeafLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>DNS names and addresses, besides the local ones, under which the server is reached.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Where figures are kept across restarts; null: in memory only.</summary>
    public string? HistoryPath { get; init; }

    /// <summary>The Prometheus from which tables and series of traffic come; null: from the server's own figures.</summary>
    public Uri? Prometheus { get; init; }
}
