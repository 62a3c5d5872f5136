namespace Weft.Contracts.Api;

/// <summary>POST /v1/login-urls. Role is "viewer", "operator" or "admin".</summary>
public sealed record LoginUrlRequest(string Role = "admin");

/// <summary>An address that logs one browser in, once, until <see cref="ExpiresAt"/>.</summary>
public sealed record LoginUrl(string Url, DateTimeOffset ExpiresAt, string Role);

/// <summary>GET /v1/session. A change made with a session's cookie must carry <see cref="Csrf"/> in the header x-weft-csrf; "" for callers without a cookie.</summary>
public sealed record SessionItem(string User, string Role, string Csrf);
