using Weft.Model.Text;

namespace Weft.Model.Routes;

/// <summary>A GRPCRoute with services as parents.</summary>
public sealed record GrpcRouteSpec : RouteSpec
{
    public required IReadOnlyList<GrpcRouteRule> Rules { get; init; }

    public override IReadOnlyList<RouteRuleSpec> CommonRules => Rules;

    internal override ResourceKind Kind => ResourceKind.GrpcRoute;

    internal override MappingNode ToNode() => GrpcRouteCodec.Write(this);
}
