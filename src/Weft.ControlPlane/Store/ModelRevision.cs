using System.Collections.Frozen;
using Weft.Model;

namespace Weft.ControlPlane.Store;

/// <summary>The model at one commit. Immutable.</summary>
/// <param name="Commit">Number of the newest commit; 0 before the first.</param>
/// <param name="Hash">Hash of its content; empty before the first.</param>
/// <param name="Ages">The commit and time that made each resource what it is.</param>
public sealed record ModelRevision(long Commit, string Hash, DateTimeOffset At, MeshModel Model, FrozenDictionary<ResourceKey, ResourceAge> Ages);
