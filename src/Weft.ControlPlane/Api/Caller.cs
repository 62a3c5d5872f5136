using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Weft.ControlPlane.Audit;

namespace Weft.ControlPlane.Api;

/// <summary>Finds out who calls. On the socket the kernel vouches for the user; over HTTPS the bearer token does.</summary>
internal sealed class Caller(AdminToken token, uint ownUserId)
{
    private const string Scheme = "Bearer ";

    /// <summary>The authenticated caller.</summary>
    /// <exception cref="ApiFailureException">401 without a good token, 403 for another user on the socket.</exception>
    public Actor Authenticate(HttpContext context)
    {
        Socket? socket = context.Features.Get<IConnectionSocketFeature>()?.Socket;
        return socket is { AddressFamily: AddressFamily.Unix } ? FromSocket(socket) : FromToken(context.Request);
    }

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
