namespace Weft.Routing.Snapshot;

/// <summary>Carries the reason of a <see cref="Refusal"/> out of a compiler; never leaves <see cref="SnapshotBuilder"/>.</summary>
internal sealed class RefusedException(string reason) : Exception(reason);
