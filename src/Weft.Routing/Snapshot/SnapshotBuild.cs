namespace Weft.Routing.Snapshot;

/// <summary>A new snapshot, and what was refused on the way to it.</summary>
public sealed record SnapshotBuild(MeshSnapshot Snapshot, IReadOnlyList<Refusal> Refusals);
