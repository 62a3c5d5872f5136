namespace Weft.Cli.Commands;

/// <summary>Answer of <c>weft token create -o json</c>.</summary>
internal sealed record TokenDocument
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "Token";
    public required string Token { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required string Namespace { get; init; }
    public required string Service { get; init; }
}
