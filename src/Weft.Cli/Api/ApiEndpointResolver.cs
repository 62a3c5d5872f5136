using Weft.Cli.Demo;

namespace Weft.Cli.Api;

/// <summary>Finds the control plane: <c>--context</c>, <c>WEFT_SOCKET</c>, <c>WEFT_SERVER</c>, the context chosen in a configuration file, the data folder's socket.</summary>
internal static class ApiEndpointResolver
{
    public static ApiEndpoint Resolve(CliHost host, string? context)
    {
        if (context is not null)
        {
            return CliConfig.Load(host).Find(context);
        }

        if (host.Variable("WEFT_SOCKET") is { } socket)
        {
            return new ApiEndpoint { Socket = socket, Origin = "WEFT_SOCKET" };
        }

        if (host.Variable("WEFT_SERVER") is { } server)
        {
            return new ApiEndpoint
            {
                Server = ServerAddress(server, "WEFT_SERVER"),
                TokenFile = host.Variable("WEFT_TOKEN_FILE"),
                CaFile = host.Variable("WEFT_CA_FILE"),
                Origin = "WEFT_SERVER",
            };
        }

        var config = CliConfig.Load(host);
        if ((host.Variable("WEFT_CONTEXT") ?? config.Current) is { } current)
        {
            return config.Find(current);
        }

        var usual = Path.Combine(host.DataDirectory, "weft.sock");
        if (!File.Exists(usual) && File.Exists(DemoPaths.DefaultSocket))
        {
            return new ApiEndpoint { Socket = DemoPaths.DefaultSocket, Namespace = config.Namespace, Origin = "the running demo" };
        }

        return new ApiEndpoint { Socket = usual, Namespace = config.Namespace, Origin = "default" };
    }

    /// <summary>Only HTTPS carries a token; plain HTTP would show it to the wire.</summary>
    public static Uri ServerAddress(string text, string origin)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0)
        {
            return uri;
        }

        throw CliException.Of(ExitCode.Usage, "WF0003", $"{origin} is no https:// address: \"{text}\"", null, "write it as https://HOST:15011");
    }
}
