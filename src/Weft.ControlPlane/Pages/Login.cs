using Microsoft.AspNetCore.Http;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Pages;

/// <summary>GET /login?token=…: takes a one-time token, gives a cookie, and leads to the page. Every login is in the audit log.</summary>
internal sealed class Login(SessionStore sessions, IModelStore store)
{
    private const string Action = "login";

    public Task AnswerAsync(HttpContext context)
    {
        string peer = context.Connection.RemoteIpAddress?.ToString() ?? "";
        if (HttpMethods.IsGet(context.Request.Method) && sessions.TryLogin(context.Request.Query["token"].ToString()) is { } opened)
        {
            store.AppendAudit(new AuditEntry(new Actor(opened.Session.User), Action, $"{RoleRules.NameOf(opened.Session.Role)} from {peer}", "ok"));
            SessionCookie.Write(context, opened.Secret);
            context.Response.StatusCode = 303;
            context.Response.Headers.Location = "/";
            context.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }

        if (!sessions.TryCountFailure())
        {
            return PageServer.TextAsync(context, 429, "Too many logins failed within this minute. Wait a minute, then use a new address: weft dashboard --print\n");
        }

        store.AppendAudit(new AuditEntry(new Actor($"unknown:{peer}"), Action, "", "refused: the token is unknown, used or too old"));
        return PageServer.TextAsync(context, 403, "This address was used already, or is too old: it works once, within five minutes. Get a new one: weft dashboard --print\n");
    }
}
