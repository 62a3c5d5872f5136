namespace Weft.Model.Routes;

/// <summary>What rules of HTTP and gRPC routes have in common.</summary>
public abstract record RouteRuleSpec
{
    public string? Name { get; init; }

    public HeaderModifier? RequestHeaders { get; init; }

    public HeaderModifier? ResponseHeaders { get; init; }

    /// <summary>Empty: requests are answered 500, as the Gateway API says.</summary>
    public IReadOnlyList<BackendRef> BackendRefs { get; init; } = [];
}
