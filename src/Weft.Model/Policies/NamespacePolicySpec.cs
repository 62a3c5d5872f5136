using Weft.Model.Text;

namespace Weft.Model.Policies;

/// <summary>Defaults of a namespace; one per namespace. Null means the mesh's default: permissive, allow.</summary>
public sealed record NamespacePolicySpec : ResourceSpec
{
    public TlsMode? MutualTls { get; init; }

    /// <summary>What happens to an exchange that no policy matches.</summary>
    public PolicyAction? DefaultAction { get; init; }

    internal override ResourceKind Kind => ResourceKind.NamespacePolicy;

    internal override MappingNode ToNode() => SmallPolicyCodec.Write(this);
}
