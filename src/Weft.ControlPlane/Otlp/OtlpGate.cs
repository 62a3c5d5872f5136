using System.Net;
using Microsoft.AspNetCore.Http;
using Weft.ControlPlane.Api;

namespace Weft.ControlPlane.Otlp;

/// <summary>
/// Who may send. On loopback everybody, as every collector does it: what can be lied about there, a local program could lie about anyway, and nothing is decided by it.
/// Any other address is TLS and needs the token in <see cref="TokenFile"/>, which opens nothing else.
/// </summary>
internal sealed class OtlpGate(AdminToken token, IPEndPoint? grpc, IPEndPoint? http)
{
    internal const string TokenFile = "otlp.token";
    internal const string Refusal = "send the content of otlp.token, in the server's data directory, as \"authorization: Bearer\"";
    private const string Scheme = "Bearer ";

    internal static bool IsOpen(IPEndPoint listen) => IPAddress.IsLoopback(listen.Address);

    internal bool Allows(HttpContext context)
    {
        IPEndPoint? listen = HttpProtocol.IsHttp2(context.Request.Protocol) ? grpc : http;
        return (listen is not null && IsOpen(listen))
            || (context.Request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && token.Matches(value.AsSpan(Scheme.Length).Trim(' ')));
    }
}
