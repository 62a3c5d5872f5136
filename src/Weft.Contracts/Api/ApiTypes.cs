using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weft.Contracts.Api;

/// <summary>One problem found in what a user gave us, or one failed call; printed by the command line as
/// <c>error[WF2103]: message</c> with place, cause, nearest name and fix.</summary>
public sealed record Finding
{
    /// <summary>Stable code, "WF" and four digits; see <c>docs/reference/errors.md</c>.</summary>
    public required string Code { get; init; }

    /// <summary>"error" or "warning".</summary>
    public string Severity { get; init; } = "error";

    public required string Message { get; init; }

    public FindingLocation? Location { get; init; }

    /// <summary>Why it is wrong, one sentence.</summary>
    public string? Cause { get; init; }

    /// <summary>The nearest thing that exists, if one is near.</summary>
    public string? Near { get; init; }

    public IReadOnlyList<string> Fixes { get; init; } = [];
}

/// <summary>A place in a user's file. Line and column start at 1; 0 means unknown.</summary>
public sealed record FindingLocation(string File, int Line, int Column, string? Path = null, string? Text = null);

/// <summary>Body of every answer that is not a success.</summary>
public sealed record ApiError
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "Error";
    public required string Code { get; init; }
    public required string Message { get; init; }
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}

public sealed record SourceDocument(string File, string Text);

/// <summary>POST /v1/commits. All documents become one commit, or nothing changes.</summary>
public sealed record CommitRequest
{
    public required IReadOnlyList<SourceDocument> Documents { get; init; }
    public string Namespace { get; init; } = "default";
    public bool DryRun { get; init; }
    public string? Message { get; init; }
}

/// <summary>Action is "created", "configured", "unchanged" or "deleted".</summary>
public sealed record ResourceChange(string Kind, string Namespace, string Name, string Action, string? Before = null, string? After = null);

public sealed record CommitResult
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "Commit";

    /// <summary>Number of the commit, or of the newest one when nothing changed or on a dry run.</summary>
    public long Commit { get; init; }
    public string Hash { get; init; } = "";
    public bool DryRun { get; init; }
    public DateTimeOffset At { get; init; }
    public string Author { get; init; } = "";
    public string? Message { get; init; }
    public IReadOnlyList<ResourceChange> Changes { get; init; } = [];
    public IReadOnlyList<Finding> Warnings { get; init; } = [];
}

/// <summary>GET /v1/commits/{n}/rollout?wait=SECONDS. Done when every affected proxy runs it or refused it.</summary>
public sealed record RolloutStatus
{
    public long Commit { get; init; }
    public bool Done { get; init; }
    public int Affected { get; init; }
    public int Current { get; init; }
    public IReadOnlyList<string> Lagging { get; init; } = [];
    public IReadOnlyList<ProxyRefusal> Refused { get; init; } = [];
    public double ElapsedMs { get; init; }
}

public sealed record ProxyRefusal(string Workload, string Resource, string Reason);

/// <summary>A resource as the user sees it: <see cref="Yaml"/> is canonical, <see cref="Body"/> the same as JSON.</summary>
public sealed record ResourceItem(string Kind, string Namespace, string Name, long Commit, DateTimeOffset At, JsonElement Body, string Yaml);

public sealed record ResourceList
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "List";
    public IReadOnlyList<ResourceItem> Items { get; init; } = [];
}

/// <summary>One proxy as the control plane sees it. State: "current", "lagging", "refused", "disconnected".</summary>
public sealed record ProxyItem
{
    public required string Workload { get; init; }
    public required string Service { get; init; }
    public string Address { get; init; } = "";
    public string State { get; init; } = "";
    public string Health { get; init; } = "";
    public long Commit { get; init; }
    public double LagMs { get; init; }
    public string? LastRefusal { get; init; }
    public string Version { get; init; } = "";
    public string Capture { get; init; } = "";
    public string Identity { get; init; } = "";
    public DateTimeOffset? CertificateNotAfter { get; init; }
    public DateTimeOffset ConnectedAt { get; init; }
    public long ResidentBytes { get; init; }
    public long CpuUs { get; init; }
    public int Subscriptions { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

public sealed record MeshStatus
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "MeshStatus";
    public long Commit { get; init; }
    public string TrustDomain { get; init; } = "";
    public string Version { get; init; } = "";
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset Now { get; init; }
    public DateTimeOffset RootNotAfter { get; init; }
    public DateTimeOffset IssuerNotAfter { get; init; }
    public IReadOnlyList<ProxyItem> Proxies { get; init; } = [];
}

/// <summary>One edge of the call graph over a window, or one row of <c>weft stat</c>. Latencies in ms, null without data.</summary>
public sealed record TrafficRow
{
    public string Source { get; init; } = "";
    public string Destination { get; init; } = "";
    public string? Backend { get; init; }
    public string? Route { get; init; }
    public string Protocol { get; init; } = "";
    public string SourceIdentity { get; init; } = "";
    public string DestinationIdentity { get; init; } = "";

    /// <summary>Share of exchanges under mutual TLS, 0..1.</summary>
    public double MutualTls { get; init; }
    public double RequestsPerSecond { get; init; }
    public long Requests { get; init; }
    public long Failures { get; init; }
    public double? Success { get; init; }
    public double? P50Ms { get; init; }
    public double? P95Ms { get; init; }
    public double? P99Ms { get; init; }
    public double BytesPerSecond { get; init; }
    public long ActiveConnections { get; init; }

    /// <summary>Connections older than the capture that pass the proxy by.</summary>
    public int Bypassed { get; init; }
    public IReadOnlyDictionary<string, long> Reasons { get; init; } = ReadOnlyDictionary<string, long>.Empty;
    public string? Namespace { get; init; }
    public string? Workload { get; init; }
    public string? Version { get; init; }
    public string? Zone { get; init; }

    /// <summary>Class of status, such as "5xx", or "none".</summary>
    public string? Code { get; init; }

    /// <summary>Inferred form of the path, such as "/users/{id}".</summary>
    public string? Template { get; init; }
    public double RetriesPerSecond { get; init; }

    /// <summary>Shares of exchanges, 0..1.</summary>
    public double ClientErrors { get; init; }
    public double ServerErrors { get; init; }
    public int? Score { get; init; }
    public TimingParts? Parts { get; init; }
}

/// <summary>GET /v1/edges and GET /v1/stat: ?window=SECONDS or ?from=&amp;to=, &amp;namespace=, &amp;side=client|server, for stat also
/// &amp;by=service|workload|namespace|route|version|zone|code.</summary>
public sealed record TrafficTable
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "TrafficTable";
    public double WindowSeconds { get; init; }
    public IReadOnlyList<TrafficRow> Rows { get; init; } = [];
}

/// <summary>POST /v1/tokens. A token joins one workload, once.</summary>
public sealed record TokenRequest(string Namespace, string Service, int TtlSeconds = 600);

/// <summary><see cref="Token"/> carries the pin of the mesh's root, so that the joiner knows whom it talks to.</summary>
public sealed record TokenResult(string Token, DateTimeOffset ExpiresAt, string Namespace, string Service);

/// <summary>Meshed counts the endpoints that take mutual TLS, those with a proxy.</summary>
public sealed record ServiceItem(string Namespace, string Name, string VirtualAddress, IReadOnlyList<int> Ports, int Endpoints, int Healthy, bool Implicit, int Meshed = 0);

/// <summary>GET /v1/checks: what callers' proxies have found of an endpoint that has no proxy of its own.</summary>
public sealed record CheckItem
{
    public required string Service { get; init; }

    /// <summary>"namespace/workload".</summary>
    public required string Endpoint { get; init; }

    /// <summary>Where it was asked.</summary>
    public required string Address { get; init; }

    /// <summary>Callers' proxies that find it healthy.</summary>
    public required int Healthy { get; init; }

    /// <summary>Callers' proxies that find it unhealthy.</summary>
    public required int Unhealthy { get; init; }

    /// <summary>The first of these, as "namespace/workload".</summary>
    public IReadOnlyList<string> UnhealthyFor { get; init; } = [];

    /// <summary>What the first of these found; empty when all find it healthy.</summary>
    public string Finding { get; init; } = "";

    /// <summary>Since when it is so: where somebody finds it unhealthy, when the first of them did; else when the last did not any more.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>"healthy" for everybody who asked, "unhealthy" for everybody, or "disputed".</summary>
    public string Verdict => VerdictOf(Healthy > 0, Unhealthy > 0);

    /// <summary>Nobody who asked got a good answer.</summary>
    public bool IsDown() => Unhealthy > 0 && Healthy == 0;

    /// <summary>One word for several findings of one endpoint; empty where there is none.</summary>
    public static string VerdictOf(IReadOnlyCollection<CheckItem> items)
        => items.Count == 0 ? "" : VerdictOf(items.Any(static item => !item.IsDown()), items.Any(static item => item.Unhealthy > 0));

    private static string VerdictOf(bool somebodyWell, bool somebodyIll) => !somebodyIll ? "healthy" : somebodyWell ? "disputed" : "unhealthy";
}

public sealed record AuditItem(long Id, DateTimeOffset At, string Actor, string Action, string Detail, string Outcome);

public sealed record TextResult(string Text);

/// <summary>GET /v1/trust. Pin is what join tokens carry; roots are PEM certificates one after the other.</summary>
public sealed record TrustItem(string TrustDomain, string RootsPem, string Pin);

/// <summary>GET /v1/health. Commit is the newest one, Page the address of the dashboard.</summary>
public sealed record HealthItem(string Status, long Commit, string Version, string Page = "");

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiError))]
[JsonSerializable(typeof(CommitRequest))]
[JsonSerializable(typeof(CommitResult))]
[JsonSerializable(typeof(IReadOnlyList<CommitResult>))]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
[JsonSerializable(typeof(RolloutStatus))]
[JsonSerializable(typeof(ResourceItem))]
[JsonSerializable(typeof(ResourceList))]
[JsonSerializable(typeof(MeshStatus))]
[JsonSerializable(typeof(TrafficTable))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenResult))]
[JsonSerializable(typeof(IReadOnlyList<ServiceItem>))]
[JsonSerializable(typeof(IReadOnlyList<CheckItem>))]
[JsonSerializable(typeof(IReadOnlyList<AuditItem>))]
[JsonSerializable(typeof(TextResult))]
[JsonSerializable(typeof(TrustItem))]
[JsonSerializable(typeof(HealthItem))]
[JsonSerializable(typeof(Topology))]
[JsonSerializable(typeof(TopologyColumns))]
[JsonSerializable(typeof(TopologyFrames))]
[JsonSerializable(typeof(TopologyDiff))]
[JsonSerializable(typeof(MapLayout))]
[JsonSerializable(typeof(SeriesAnswer))]
[JsonSerializable(typeof(ScoreList))]
[JsonSerializable(typeof(HomeAnswer))]
[JsonSerializable(typeof(FlowList))]
[JsonSerializable(typeof(FlowStory))]
[JsonSerializable(typeof(Weft.Contracts.Flow.FlowRecord))]
[JsonSerializable(typeof(TraceList))]
[JsonSerializable(typeof(TraceAnswer))]
[JsonSerializable(typeof(LogList))]
[JsonSerializable(typeof(MetricList))]
[JsonSerializable(typeof(TapStatus))]
[JsonSerializable(typeof(WhyAnswer))]
[JsonSerializable(typeof(LoginUrlRequest))]
[JsonSerializable(typeof(LoginUrl))]
[JsonSerializable(typeof(SessionItem))]
public sealed partial class ApiJson : JsonSerializerContext;
