namespace Weft.ControlPlane.Store;

/// <summary>What the store holds at its newest commit.</summary>
public sealed record StoredHead(long Commit, string Hash, DateTimeOffset At, IReadOnlyList<StoredResource> Resources);
