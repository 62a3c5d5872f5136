namespace Weft.Cli.Commands;

/// <summary>Workloads, in the mesh and outside, as JSON and YAML.</summary>
internal sealed record WorkloadListDocument
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "WorkloadList";
    public IReadOnlyList<WorkloadRow> Items { get; init; } = [];
}
