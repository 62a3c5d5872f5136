using Microsoft.AspNetCore.Http;

namespace Weft.ControlPlane.Api;

/// <summary>Which role a call needs. What is not named here and changes something is for administrators.</summary>
internal static class RoleRules
{
    private static readonly PathString s_tap = new("/v1/tap");
    private static readonly PathString s_layout = new("/v1/layout");
    private static readonly PathString s_why = new("/v1/why");
    private static readonly PathString s_logout = new("/v1/logout");
    private static readonly PathString s_proxies = new("/v1/proxies");

    public static Role Needed(string method, PathString path)
    {
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
        {
            // A tap shows what people send, so reading is not enough for it.
            return path.StartsWithSegments(s_tap, StringComparison.Ordinal) ? Role.Operator : Role.Viewer;
        }

        // A question with documents changes nothing.
        if (path.Equals(s_logout, StringComparison.Ordinal) || path.Equals(s_why, StringComparison.Ordinal))
        {
            return Role.Viewer;
        }

        return path.StartsWithSegments(s_proxies, StringComparison.Ordinal) || path.Equals(s_layout, StringComparison.Ordinal) ? Role.Operator : Role.Admin;
    }

    /// <summary>Lower-case name, as the API has it.</summary>
    public static string NameOf(Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Operator => "operator",
        _ => "admin",
    };

    public static Role? Parse(string name) => name switch
    {
        "viewer" => Role.Viewer,
        "operator" => Role.Operator,
        "admin" => Role.Admin,
        _ => null,
    };

    /// <exception cref="ApiFailureException">403: the role does not reach.</exception>
    public static void Check(Role role, HttpRequest request)
    {
        Role needed = Needed(request.Method, request.Path);
        if (role < needed)
        {
            throw ApiFailureException.Of(403, ApiCodes.NotAllowed, $"the role {NameOf(role)} does not allow this; it needs {NameOf(needed)}");
        }
    }
}
