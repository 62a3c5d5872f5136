using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Weft.ControlPlane.Pages;

/// <summary>
/// The cookie that carries a session. Browsers keep cookies by host and not by port, so over plain HTTP on loopback its name holds the port; over
/// HTTPS it has the prefix __Host-, which pins it to this host, to HTTPS and to the whole path.
/// </summary>
internal static class SessionCookie
{
    public static string? Read(HttpContext context) => context.Request.Cookies[NameOf(context)];

    public static void Write(HttpContext context, string secret) => context.Response.Cookies.Append(NameOf(context), secret, Options(context, SessionStore.SessionLifetime));

    public static void Remove(HttpContext context) => context.Response.Cookies.Append(NameOf(context), "", Options(context, TimeSpan.Zero));

    private static string NameOf(HttpContext context) => context.Request.IsHttps
        ? "__Host-weft-session"
        : string.Create(CultureInfo.InvariantCulture, $"weft-session-{context.Connection.LocalPort}");

    private static CookieOptions Options(HttpContext context, TimeSpan age) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        MaxAge = age,
        IsEssential = true,
    };
}
