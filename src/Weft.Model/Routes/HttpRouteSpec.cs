using Weft.Model.Text;

namespace Weft.Model.Routes;

/// <summary>An HTTPRoute with services as parents.</summary>
public sealed record HttpRouteSpec : RouteSpec
{
    public required IReadOnlyList<HttpRouteRule> Rules { get; init; }

    public override IReadOnlyList<RouteRuleSpec> CommonRules => Rules;

    internal override ResourceKind Kind => ResourceKind.HttpRoute;

    internal override MappingNode ToNode() => HttpRouteCodec.Write(this);
}
