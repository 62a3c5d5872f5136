namespace Weft.Cli.Errors;

/// <summary>What standard error carries when the answer was asked for as JSON and there is none.</summary>
internal sealed record ErrorDocument
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "Error";
    public IReadOnlyList<ErrorObject> Findings { get; init; } = [];
}
