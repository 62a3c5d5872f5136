namespace Weft.Model.Routes;

/// <summary>One rule of a GRPCRoute. It applies when any of its matches holds; there is always at least one.</summary>
public sealed record GrpcRouteRule : RouteRuleSpec
{
    public required IReadOnlyList<GrpcMatch> Matches { get; init; }
}
