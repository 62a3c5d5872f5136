using Weft.Identity;
using Weft.Model;

namespace Weft.ControlPlane.Generation;

/// <summary>Everything that resources are made from, at one moment: a commit, the registry, the virtual addresses, the roots. Immutable.</summary>
internal sealed record MeshView
{
    public required TrustBundle Bundle { get; init; }

    public required ModelIndex Index { get; init; }

    public required IReadOnlyDictionary<NamespacedName, MeshService> Services { get; init; }

    /// <summary>Which service an address means: virtual addresses, and addresses of workloads that only one service has.</summary>
    public required IReadOnlyDictionary<string, NamespacedName> Addresses { get; init; }

    public long Commit => Index.Commit;

    public MeshModel Model => Index.Model;

    internal static MeshView Empty(TrustBundle bundle) => new()
    {
        Bundle = bundle,
        Index = ModelIndex.Empty,
        Services = new Dictionary<NamespacedName, MeshService>(),
        Addresses = new Dictionary<string, NamespacedName>(),
    };
}
