namespace Weft.Model.Routes;

/// <summary>One rule of a TLSRoute: where the names of the route lead.</summary>
public sealed record TlsRouteRule : RouteRuleSpec;
