namespace Weft.Model.Routes;

/// <summary>One rule of an HTTPRoute. It applies when any of its matches holds; there is always at least one.</summary>
public sealed record HttpRouteRule : RouteRuleSpec
{
    public required IReadOnlyList<HttpMatch> Matches { get; init; }

    public RouteTimeouts? Timeouts { get; init; }
}
