using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Pages;

namespace Weft.ControlPlane.Api;

/// <summary>Finds out who calls. On the socket the kernel vouches for the user; elsewhere the bearer token does, or the cookie of a browser that has logged in.</summary>
internal sealed class Caller(AdminToken token, uint ownUserId, SessionStore sessions)
{
    private const string CsrfHeader = "x-weft-csrf";
    private const string Scheme = "Bearer ";

    public SessionStore Sessions => sessions;

    /// <summary>The authenticated caller, its role, and its session if a cookie brought it.</summary>
    /// <exception cref="ApiFailureException">401 without a good token or cookie; 403 for another user on the socket, and for a browser that another site's page sent.</exception>
    public (Actor Actor, Role Role, PageSession? Session) Authenticate(HttpContext context)
    {
        Socket? socket = context.Features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is { AddressFamily: AddressFamily.Unix })
        {
            return (FromSocket(socket), Role.Admin, null);
        }

        // Whoever sends a token is a program and not a browser with somebody's cookie.
        return context.Request.Headers.Authorization.Count == 0 && SessionCookie.Read(context) is { Length: > 0 } secret
            ? FromCookie(context, secret)
            : (FromToken(context.Request), Role.Admin, null);
    }

    private (Actor Actor, Role Role, PageSession? Session) FromCookie(HttpContext context, string secret)
    {
        PageSession session = sessions.Find(secret) ?? throw ApiFailureException.Of(401, ApiCodes.NotAllowed, "the session has ended; log in again with weft dashboard");
        HttpRequest request = context.Request;
        if (!PageGuard.IsSameSite(request))
        {
            throw ApiFailureException.Of(403, ApiCodes.NotAllowed, "a page of another site may not call this API");
        }

        bool isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!isRead && !Matches(request.Headers[CsrfHeader].ToString(), session.Csrf))
        {
            throw ApiFailureException.Of(403, ApiCodes.NotAllowed, $"a change by cookie needs the header {CsrfHeader} with the value that GET /v1/session gives");
        }

        return (new Actor(session.User), session.Role, session);
    }

    private static bool Matches(string given, string wanted)
        => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(wanted));

    private Actor FromSocket(Socket socket)
    {
        const uint Root = 0;
        uint? userId = PeerCredentials.UserIdOf(socket);
        return userId is { } id && (id == ownUserId || id == Root)
            ? new Actor(PeerCredentials.ActorName(id))
            : throw ApiFailureException.Of(403, ApiCodes.NotAllowed, $"the socket serves user {ownUserId} only; run as that user, or use HTTPS with a token");
    }

    private Actor FromToken(HttpRequest request)
    {
        StringValues values = request.Headers.Authorization;
        return values is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && token.Matches(value.AsSpan(Scheme.Length).Trim(' '))
            ? new Actor("token:admin")
            : throw ApiFailureException.Of(
                401,
                ApiCodes.NotAllowed,
                "the call carries no valid token; send the content of admin.token as \"Authorization: Bearer\"");
    }
}
