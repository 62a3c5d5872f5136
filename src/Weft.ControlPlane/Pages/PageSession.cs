using Weft.ControlPlane.Api;

namespace Weft.ControlPlane.Pages;

/// <summary>One browser that has logged in.</summary>
internal sealed class PageSession(string user, Role role, string csrf, DateTimeOffset startedAt)
{
    public string User { get; } = user;

    public Role Role { get; } = role;

    /// <summary>What a change must carry beside the cookie: a page of another site can make a browser send the cookie, but cannot read this.</summary>
    public string Csrf { get; } = csrf;

    public DateTimeOffset StartedAt { get; } = startedAt;

    public DateTimeOffset UsedAt { get; set; } = startedAt;
}
