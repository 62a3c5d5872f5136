namespace Weft.Cli.Commands;

/// <summary>One workload: with a proxy (then the proxy's state) or declared by a document and outside the mesh.</summary>
internal sealed record WorkloadRow
{
    public required string Namespace { get; init; }
    public required string Name { get; init; }
    public string Service { get; init; } = "";
    public string Address { get; init; } = "";

    /// <summary>"current", "lagging", "refused", "disconnected", or "outside" without a proxy.</summary>
    public required string State { get; init; }
    public string Health { get; init; } = "";
    public long? Commit { get; init; }
    public string? Version { get; init; }
    public string? Capture { get; init; }
    public string? Identity { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
