using Weft.Model;

namespace Weft.ControlPlane.Store;

/// <summary>What a draft would do to the revision it was planned on. Nothing is written yet.</summary>
/// <param name="Before">The revision it was planned on.</param>
/// <param name="After">The model afterwards, with the places of what the author wrote, for checks.</param>
/// <param name="Changes">What really differs, sorted.</param>
/// <param name="Unchanged">What was given and is already so, sorted.</param>
public sealed record CommitPlan(
    CommitDraft Draft,
    ModelRevision Before,
    MeshModel After,
    IReadOnlyList<CommitChange> Changes,
    IReadOnlyList<ResourceKey> Unchanged);
