using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Weft.Contracts.Api;

namespace Weft.Cli.Api;

/// <summary>One place that turns what went wrong with a call into findings and an exit code.</summary>
internal static class ApiFailure
{
    public static CliException From(HttpStatusCode status, byte[] body, string path)
    {
        var error = Read(body);
        var exit = ExitOf(status);
        if (error is { Findings.Count: > 0 })
        {
            return new CliException(exit, [.. error.Findings]);
        }

        return new CliException(exit, new Finding
        {
            Code = error?.Code is { Length: > 0 } code ? code : CodeOf(exit),
            Message = error?.Message ?? $"the control plane answered {(int)status} to {path.Split('?')[0]}",
            Cause = error is null && status == HttpStatusCode.NotFound ? "this control plane does not know the call; it may be older than weft" : null,
            Fixes = FixesFor(exit),
        });
    }

    public static CliException Nonsense(string path, string detail)
        => CliException.Of(ExitCode.Conflict, "WF0015", $"the control plane's answer to {path.Split('?')[0]} makes no sense", detail, "compare the versions with weft version");

    public static CliException Silent(ApiEndpoint endpoint, TimeSpan waited)
        => CliException.Of(ExitCode.Timeout, "WF0014", $"the control plane at {endpoint.Describe()} did not answer within {waited.TotalSeconds:0} s", "it took the call and says nothing", "look at its log and at the load of its host");

    public static CliException Unreachable(ApiEndpoint endpoint, Exception failure)
    {
        var root = failure;
        while (root.InnerException is not null)
        {
            root = root.InnerException;
        }

        var place = endpoint.Describe();
        if (root is SocketException { SocketErrorCode: SocketError.AccessDenied })
        {
            return CliException.Of(ExitCode.Forbidden, "WF0011", $"the socket {place} may not be opened by this user", root.Message, "run as the user who started the control plane, or with sudo");
        }

        if (root is AuthenticationException)
        {
            return CliException.Of(ExitCode.Unreachable, "WF0010", $"{place} is not the control plane that was expected", root.Message, "give its root certificate with WEFT_CA_FILE; on the control plane's machine: weft certs trust > root.pem");
        }

        return new CliException(ExitCode.Unreachable, new Finding
        {
            Code = "WF0010",
            Message = $"the control plane cannot be reached at {place}",
            Cause = $"{CauseOf(endpoint, root)} (place from: {endpoint.Origin})",
            Fixes = endpoint.Socket is not null
                ? ["start it: weft server, or weft demo for a first look", "or point WEFT_SOCKET at its socket, or WEFT_SERVER at https://HOST:15011"]
                : ["check the address and that port 15011 is open"],
        });
    }

    /// <summary>A missing socket reaches us as "cannot assign requested address", which tells nobody anything.</summary>
    private static string CauseOf(ApiEndpoint endpoint, Exception root) => root switch
    {
        SocketException when endpoint.Socket is { } path && !File.Exists(path) => "there is no such socket",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "nothing listens there",
        _ => root.Message,
    };

    private static ApiError? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ApiJson.Default.ApiError);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int ExitOf(HttpStatusCode status) => (int)status switch
    {
        400 or 413 or 422 => ExitCode.BadInput,
        401 or 403 => ExitCode.Forbidden,
        404 => ExitCode.NotFound,
        405 or 409 or 412 or 501 => ExitCode.Conflict,
        408 or 504 => ExitCode.Timeout,
        502 or 503 => ExitCode.Unreachable,
        _ => ExitCode.Internal,
    };

    private static string CodeOf(int exit) => exit switch
    {
        ExitCode.Forbidden => "WF0011",
        ExitCode.NotFound => "WF0012",
        ExitCode.Conflict => "WF0013",
        ExitCode.Timeout => "WF0014",
        ExitCode.Unreachable => "WF0010",
        _ => "WF0015",
    };

    private static IReadOnlyList<string> FixesFor(int exit) => exit switch
    {
        ExitCode.Forbidden => ["give a token with WEFT_TOKEN_FILE; that of the control plane is admin.token in its data folder"],
        ExitCode.Internal => ["look at the control plane's log"],
        _ => [],
    };
}
