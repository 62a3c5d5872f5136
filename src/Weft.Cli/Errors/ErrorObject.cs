using Weft.Contracts.Api;

namespace Weft.Cli.Errors;

/// <summary>A finding as JSON on standard error: the same facts as the printed form, and the page that explains it.</summary>
internal sealed record ErrorObject
{
    public required string Code { get; init; }
    public required string Severity { get; init; }
    public required string Message { get; init; }
    public FindingLocation? Location { get; init; }
    public string? Cause { get; init; }
    public string? Near { get; init; }
    public IReadOnlyList<string> Fixes { get; init; } = [];
    public string Docs { get; init; } = "";

    public static ErrorObject From(Finding finding) => new()
    {
        Code = finding.Code,
        Severity = finding.Severity,
        Message = finding.Message,
        Location = finding.Location,
        Cause = finding.Cause,
        Near = finding.Near,
        Fixes = finding.Fixes,
        Docs = $"docs/reference/errors.md#{finding.Code.ToLowerInvariant()}",
    };
}
