namespace Weft.Cli.Api;

/// <summary>Where the control plane's API is, and how to prove who asks.</summary>
internal sealed record ApiEndpoint
{
    /// <summary>Path of a Unix socket; null when <see cref="Server"/> is used.</summary>
    public string? Socket { get; init; }

    /// <summary>An <c>https://</c> address; null when <see cref="Socket"/> is used.</summary>
    public Uri? Server { get; init; }

    /// <summary>File with the bearer token. The token itself never stands on a command line or in a configuration file.</summary>
    public string? TokenFile { get; init; }

    /// <summary>PEM file with the roots that the server's certificate must lead to; null means those of the system.</summary>
    public string? CaFile { get; init; }

    public string? Namespace { get; init; }

    /// <summary>What decided, for <c>-v</c> and for errors: "WEFT_SOCKET", "context prod", "default".</summary>
    public string Origin { get; init; } = "default";

    public string Describe() => Socket ?? Server?.ToString() ?? "nowhere";
}
