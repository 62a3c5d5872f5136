namespace Weft.Cli.Commands;

/// <summary>Answer of <c>weft version -o json</c>; the server is left out when it could not be asked.</summary>
internal sealed record VersionDocument
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "Version";
    public required string Weft { get; init; }
    public string? Server { get; init; }
    public required string Platform { get; init; }
}
