using Weft.Model;

namespace Weft.ControlPlane.Registry;

/// <summary>A workload that the store has still to learn of; null means that it is gone.</summary>
internal sealed record UnsavedWorkload(NamespacedName Name, StoredWorkload? Workload);
