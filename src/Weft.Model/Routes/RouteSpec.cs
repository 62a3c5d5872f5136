namespace Weft.Model.Routes;

/// <summary>What HTTP and gRPC routes have in common.</summary>
public abstract record RouteSpec : ResourceSpec
{
    public required IReadOnlyList<ParentRef> ParentRefs { get; init; }

    /// <summary>Empty: every host.</summary>
    public IReadOnlyList<string> Hostnames { get; init; } = [];

    /// <summary>The rules, whatever the kind of route.</summary>
    public abstract IReadOnlyList<RouteRuleSpec> CommonRules { get; }
}
