using Weft.ControlPlane.Audit;
using Weft.Model;

namespace Weft.ControlPlane.Store;

/// <summary>A commit that is checked and ready to be written.</summary>
public sealed record CommitDraft
{
    public required Actor Author { get; init; }

    public string? Message { get; init; }

    /// <summary>What the audit log calls it: "commit.apply", "commit.revert", "resource.delete".</summary>
    public required string Action { get; init; }

    public required IReadOnlyList<Resource> Put { get; init; }

    public IReadOnlyList<ResourceKey> Removed { get; init; } = [];
}
