namespace Weft.Model.Routes;

/// <summary>Time budgets; null means none of its own. Zero switches a timeout off, as the Gateway API says.</summary>
public sealed record RouteTimeouts(TimeSpan? Request, TimeSpan? BackendRequest);
