using Weft.Model.Text;

namespace Weft.Model.Policies;

/// <summary>What one service does differently from its namespace; one per service.</summary>
public sealed record WorkloadPolicySpec : ResourceSpec
{
    public required NamespacedName Target { get; init; }

    public required TlsMode MutualTls { get; init; }

    internal override ResourceKind Kind => ResourceKind.WorkloadPolicy;

    internal override MappingNode ToNode() => SmallPolicyCodec.Write(this);
}
