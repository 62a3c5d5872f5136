using Weft.Model.Text;

namespace Weft.Model.Policies;

/// <summary>Who may do what with a service, or with every service of the namespace when <see cref="Target"/> is null.</summary>
public sealed record AuthorizationPolicySpec : ResourceSpec
{
    public NamespacedName? Target { get; init; }

    public PolicyAction Action { get; init; }

    /// <summary>Empty: the policy matches nothing.</summary>
    public IReadOnlyList<AuthorizationRule> Rules { get; init; } = [];

    internal override ResourceKind Kind => ResourceKind.AuthorizationPolicy;

    internal override MappingNode ToNode() => AuthorizationPolicyCodec.Write(this);
}
