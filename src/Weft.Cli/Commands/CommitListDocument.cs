using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>Commits, newest first, as JSON and YAML.</summary>
internal sealed record CommitListDocument
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "CommitList";
    public IReadOnlyList<CommitResult> Items { get; init; } = [];
}
