using Weft.Model;

namespace Weft.ControlPlane.Store;

/// <summary>What changed between two revisions; <see cref="Changed"/> is sorted.</summary>
public sealed record ChangeSet(ModelRevision Before, ModelRevision After, IReadOnlyList<ResourceKey> Changed);
