using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Contracts.Api;
using Weft.ControlPlane.Api;

namespace Weft.ControlPlane.Pages;

/// <summary>Calls about who is logged in: one-time addresses, the caller's own session, logout.</summary>
internal sealed class SessionEndpoints(SessionStore sessions, Func<string> address, ApiPipeline pipeline)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/login-urls", IssueAsync);
        routes.MapGet("/v1/session", ShowAsync);
        routes.MapPost("/v1/logout", LogoutAsync);
    }

    private Task IssueAsync(HttpContext context) => pipeline.ChangeAsync(context, "login.issue", "", async actor =>
    {
        LoginUrlRequest request = await ApiRequest.ReadLoginUrlAsync(context);
        Role role = RoleRules.Parse(request.Role) ?? throw ApiFailureException.BadRequest("\"role\" must be viewer, operator or admin");
        (string token, DateTimeOffset expiresAt) = sessions.IssueToken(role, actor.Name);
        await ApiAnswer.WriteAsync(context, new LoginUrl($"{address()}/login?token={token}", expiresAt, RoleRules.NameOf(role)), ApiJson.Default.LoginUrl);
    });

    private Task ShowAsync(HttpContext context)
    {
        string csrf = ApiPipeline.SessionOf(context)?.Csrf ?? "";
        return ApiAnswer.WriteAsync(context, new SessionItem(ApiPipeline.ActorOf(context).Name, RoleRules.NameOf(ApiPipeline.RoleOf(context)), csrf), ApiJson.Default.SessionItem);
    }

    private Task LogoutAsync(HttpContext context)
    {
        if (SessionCookie.Read(context) is { Length: > 0 } secret)
        {
            sessions.End(secret);
            SessionCookie.Remove(context);
        }

        return ApiAnswer.WriteAsync(context, new TextResult("logged out"), ApiJson.Default.TextResult);
    }
}
