using Weft.Model;

namespace Weft.ControlPlane.Store;

/// <summary>What one commit did to one resource, as canonical YAML. Before is null when it was created, After when it was deleted.</summary>
public sealed record CommitChange(ResourceKey Key, string? Before, string? After);
