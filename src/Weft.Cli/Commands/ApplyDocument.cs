using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>Answer of <c>apply</c>, <c>delete</c> and <c>undo</c> as JSON; the rollout stands there when it was waited for.</summary>
internal sealed record ApplyDocument
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "Apply";
    public required CommitResult Commit { get; init; }
    public RolloutStatus? Rollout { get; init; }
}
