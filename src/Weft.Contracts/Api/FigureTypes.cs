using System.Text.Json;

namespace Weft.Contracts.Api;

/// <summary>
/// GET /v1/series?of=WHAT&amp;from=&amp;to=&amp;step=&amp;side=. Arrays of equal length: entry i is the step that begins at <see cref="Start"/> + i × step.
/// Latencies and parts are in ms, null without data; counts are those of the step, not rates.
/// </summary>
public sealed record SeriesAnswer
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "Series";

    /// <summary>"mesh", "service:ns/x", "edge:ns/a&gt;ns/b", "workload:ns/w", "route:ns/x/route" or "namespace:ns".</summary>
    public string Of { get; init; } = "";

    /// <summary>"client": as callers' proxies saw it; "server": as callees' did.</summary>
    public string Side { get; init; } = "client";
    public double StepSeconds { get; init; }
    public DateTimeOffset Start { get; init; }
    public IReadOnlyList<long> Requests { get; init; } = [];
    public IReadOnlyList<long> Failures { get; init; } = [];
    public IReadOnlyList<double?> P50Ms { get; init; } = [];
    public IReadOnlyList<double?> P95Ms { get; init; } = [];
    public IReadOnlyList<double?> P99Ms { get; init; } = [];
    public IReadOnlyList<long> Bytes { get; init; } = [];
    public IReadOnlyList<long> MutualTls { get; init; } = [];
    public IReadOnlyList<long> Retries { get; init; } = [];
    public SeriesParts Parts { get; init; } = new();
}

/// <summary>Mean timing parts of each step.</summary>
public sealed record SeriesParts
{
    public IReadOnlyList<double?> ClientRttMs { get; init; } = [];
    public IReadOnlyList<double?> ServerRttMs { get; init; } = [];
    public IReadOnlyList<double?> ApplicationMs { get; init; } = [];
    public IReadOnlyList<double?> TransferMs { get; init; } = [];
    public IReadOnlyList<double?> QueueMs { get; init; } = [];
    public IReadOnlyList<double?> ConnectMs { get; init; } = [];
}

/// <summary>Something that takes points off a health score, with the numbers that show it.</summary>
public sealed record Penalty
{
    /// <summary>"errors", "latency", "saturation" or "security".</summary>
    public string Kind { get; init; } = "";
    public int Points { get; init; }

    /// <summary>One sentence for people.</summary>
    public string Title { get; init; } = "";

    /// <summary>Numbers and texts by name, such as baselineMs and nowMs.</summary>
    public IReadOnlyDictionary<string, JsonElement> Evidence { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The part that grew: "client link", "server link", "application", "transfer", "queue", "connect"; null where no part tells.</summary>
    public string? Cause { get; init; }
    public DateTimeOffset? Since { get; init; }
}

/// <summary>Health of one service or edge, 0..100; the largest penalty first. Null without traffic.</summary>
public sealed record ScoreItem
{
    public required string Id { get; init; }
    public int? Score { get; init; }
    public IReadOnlyList<Penalty> Penalties { get; init; } = [];
}

/// <summary>GET /v1/scores?by=service|edge</summary>
public sealed record ScoreList
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "ScoreList";
    public IReadOnlyList<ScoreItem> Items { get; init; } = [];
}

/// <summary>The three figures that say most about a mesh.</summary>
public sealed record GoldenSignals(double Rps, double? Success, double? P99Ms);

/// <summary>Something to look at, and where in the dashboard.</summary>
public sealed record HomeItem(string Title, string Link, int? Score = null, DateTimeOffset? At = null);

/// <summary>GET /v1/home: how the mesh is, in one sentence and a few figures.</summary>
public sealed record HomeAnswer
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "Home";

    /// <summary>"good", "degraded" or "bad".</summary>
    public string Verdict { get; init; } = "good";
    public string Sentence { get; init; } = "";
    public GoldenSignals Golden { get; init; } = new(0, null, null);

    /// <summary>Share of exchanges under mutual TLS, 0..1; null without traffic.</summary>
    public double? Encrypted { get; init; }

    /// <summary>When the first certificate of a connected workload expires.</summary>
    public DateTimeOffset? SoonestExpiry { get; init; }
    public int ProxiesCurrent { get; init; }
    public int ProxiesLagging { get; init; }
    public int Services { get; init; }
    public int Workloads { get; init; }
    public IReadOnlyList<HomeItem> Problems { get; init; } = [];
    public IReadOnlyList<HomeItem> Changes { get; init; } = [];
}
