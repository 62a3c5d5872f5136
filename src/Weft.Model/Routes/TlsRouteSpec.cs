using Weft.Model.Text;

namespace Weft.Model.Routes;

/// <summary>A TLSRoute with services as parents: TLS that is passed on as it is, by the server name that it asks for.</summary>
public sealed record TlsRouteSpec : RouteSpec
{
    public required IReadOnlyList<TlsRouteRule> Rules { get; init; }

    public override IReadOnlyList<RouteRuleSpec> CommonRules => Rules;

    internal override ResourceKind Kind => ResourceKind.TlsRoute;

    internal override MappingNode ToNode() => TlsRouteCodec.Write(this);
}
