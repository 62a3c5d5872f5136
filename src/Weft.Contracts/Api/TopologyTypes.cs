using System.Collections.ObjectModel;

namespace Weft.Contracts.Api;

/// <summary>Mean times of the parts of an exchange, in ms; null where nothing was measured. See <c>docs/reference/flow-record.md</c>.</summary>
public sealed record TimingParts
{
    public static TimingParts None { get; } = new();
    public double? ClientRttMs { get; init; }
    public double? ServerRttMs { get; init; }
    public double? ApplicationMs { get; init; }
    public double? TransferMs { get; init; }
    public double? QueueMs { get; init; }
    public double? ConnectMs { get; init; }
}

/// <summary>One service, or one thing outside the mesh, as the map draws it. Figures are those of what it serves.</summary>
public sealed record TopologyNode
{
    /// <summary>"namespace/name", or the address of what is outside.</summary>
    public required string Id { get; init; }
    public string Namespace { get; init; } = "";
    public string Name { get; init; } = "";

    /// <summary>"service", "external" or "unmeshed".</summary>
    public string Kind { get; init; } = "service";
    public int Workloads { get; init; }

    /// <summary>Workloads with a proxy.</summary>
    public int Meshed { get; init; }
    public IReadOnlyList<string> Versions { get; init; } = [];
    public IReadOnlyList<string> Zones { get; init; } = [];
    public double Rps { get; init; }
    public double? Success { get; init; }
    public double? P50Ms { get; init; }
    public double? P95Ms { get; init; }
    public double? P99Ms { get; init; }

    /// <summary>Shares of exchanges, 0..1.</summary>
    public double ClientErrors { get; init; }
    public double ServerErrors { get; init; }

    /// <summary>Health, 0..100; null without traffic.</summary>
    public int? Score { get; init; }

    /// <summary>Title of the first penalty.</summary>
    public string? Worst { get; init; }
    public DateTimeOffset? FirstSeen { get; init; }

    /// <summary>Place that was kept for it; null until somebody keeps one.</summary>
    public double? X { get; init; }
    public double? Y { get; init; }
}

/// <summary>Who calls whom over one protocol family, with figures as the caller's proxy saw them.</summary>
public sealed record TopologyEdge
{
    /// <summary>"source&gt;destination".</summary>
    public required string Id { get; init; }
    public string Source { get; init; } = "";
    public string Destination { get; init; } = "";
    public string Protocol { get; init; } = "";

    /// <summary>"otlp" where only spans of applications tell of it; null where proxies do.</summary>
    public string? Origin { get; init; }
    public double Rps { get; init; }
    public long Requests { get; init; }
    public long Failures { get; init; }
    public double? Success { get; init; }
    public double? P50Ms { get; init; }
    public double? P95Ms { get; init; }
    public double? P99Ms { get; init; }
    public double BytesPerSecond { get; init; }
    public long Active { get; init; }

    /// <summary>Share of exchanges under mutual TLS, 0..1.</summary>
    public double MutualTls { get; init; }
    public string SourceIdentity { get; init; } = "";
    public string DestinationIdentity { get; init; } = "";
    public double RetriesPerSecond { get; init; }
    public TimingParts Parts { get; init; } = TimingParts.None;
    public IReadOnlyDictionary<string, long> Reasons { get; init; } = ReadOnlyDictionary<string, long>.Empty;
    public DateTimeOffset? FirstSeen { get; init; }

    /// <summary>Seen for the first time within the last day.</summary>
    public bool IsNew { get; init; }
    public int? Score { get; init; }
    public string? Worst { get; init; }
}

/// <summary>What a filter or a bound left out.</summary>
public sealed record TopologyHidden(int Nodes, int Edges);

public sealed record TopologyTotals
{
    public double Rps { get; init; }
    public double? Success { get; init; }
    public double MutualTls { get; init; }
    public int Edges { get; init; }

    /// <summary>Edges that are not wholly under mutual TLS.</summary>
    public int PlainEdges { get; init; }
}

/// <summary>GET /v1/topology?window=SECONDS&amp;at=&amp;namespace=&amp;filter=</summary>
public sealed record Topology
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "Topology";

    /// <summary>End of the window.</summary>
    public DateTimeOffset At { get; init; }
    public double WindowSeconds { get; init; }
    public IReadOnlyList<TopologyNode> Nodes { get; init; } = [];
    public IReadOnlyList<TopologyEdge> Edges { get; init; } = [];
    public TopologyHidden Hidden { get; init; } = new(0, 0);
    public TopologyTotals Totals { get; init; } = new();
}

/// <summary>The edges of <see cref="TopologyColumns"/>: element i of every list is about edge i. Meanings and units are those of <see cref="TopologyEdge"/>.</summary>
public sealed record EdgeColumns
{
    /// <summary>Index into the nodes.</summary>
    public required IReadOnlyList<int> Source { get; init; }

    /// <summary>Index into the nodes.</summary>
    public required IReadOnlyList<int> Destination { get; init; }

    /// <summary>Index into the protocols.</summary>
    public required IReadOnlyList<int> Protocol { get; init; }
    public required IReadOnlyList<double> Rps { get; init; }
    public required IReadOnlyList<long> Requests { get; init; }
    public required IReadOnlyList<long> Failures { get; init; }
    public required IReadOnlyList<double?> P50Ms { get; init; }
    public required IReadOnlyList<double?> P95Ms { get; init; }
    public required IReadOnlyList<double?> P99Ms { get; init; }
    public required IReadOnlyList<double> BytesPerSecond { get; init; }
    public required IReadOnlyList<long> Active { get; init; }
    public required IReadOnlyList<double> MutualTls { get; init; }
    public required IReadOnlyList<double> RetriesPerSecond { get; init; }
    public required IReadOnlyList<bool> IsNew { get; init; }
    public required IReadOnlyList<int?> Score { get; init; }
    public required IReadOnlyList<string?> Worst { get; init; }
}

/// <summary>
/// GET /v1/topology/columns, with the parameters of <see cref="Topology"/>: what a map draws of it, each field of the edges in one list. For a large mesh it has a
/// fifth of the bytes; identities, parts and reasons of an edge are in GET /v1/edges.
/// </summary>
public sealed record TopologyColumns
{
    /// <summary>End of the window.</summary>
    public DateTimeOffset At { get; init; }
    public double WindowSeconds { get; init; }
    public IReadOnlyList<TopologyNode> Nodes { get; init; } = [];

    /// <summary>Names of protocols.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];
    public required EdgeColumns Edges { get; init; }
    public TopologyHidden Hidden { get; init; } = new(0, 0);
    public TopologyTotals Totals { get; init; } = new();
}

/// <summary>
/// GET /v1/topology/frames?from=&amp;to=&amp;step=10. Frame i begins at <see cref="Start"/> + i × step and lists the edges that had traffic in it as
/// arrays of numbers: index of the edge, requests, failures, p99 in ms or null, share under mutual TLS.
/// </summary>
public sealed record TopologyFrames
{
    public double StepSeconds { get; init; }
    public DateTimeOffset Start { get; init; }

    /// <summary>Ids of nodes; edges refer to them by index.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];
    public IReadOnlyList<FrameEdge> Edges { get; init; } = [];
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<double?>>> Frames { get; init; } = [];
}

/// <summary>An edge of <see cref="TopologyFrames"/>: indexes into its nodes.</summary>
public sealed record FrameEdge(int Source, int Destination, string Protocol);

/// <summary>An edge whose behaviour differs between two times, and in what.</summary>
public sealed record TopologyChange(string Id, TopologyEdge Before, TopologyEdge After, IReadOnlyList<string> Why);

/// <summary>GET /v1/topology/diff?a=TIME&amp;b=TIME&amp;window=SECONDS</summary>
public sealed record TopologyDiff
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "TopologyDiff";
    public DateTimeOffset A { get; init; }
    public DateTimeOffset B { get; init; }
    public double WindowSeconds { get; init; }
    public IReadOnlyList<TopologyEdge> Added { get; init; } = [];
    public IReadOnlyList<TopologyEdge> Gone { get; init; } = [];
    public IReadOnlyList<TopologyChange> Changed { get; init; } = [];
}

/// <summary>GET and PUT /v1/layout: where the map's nodes stand, x and y by id.</summary>
public sealed record MapLayout
{
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Positions { get; init; } = new Dictionary<string, IReadOnlyList<double>>();
}
