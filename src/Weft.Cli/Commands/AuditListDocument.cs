using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>The audit log, newest first, as JSON and YAML.</summary>
internal sealed record AuditListDocument
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "AuditList";
    public IReadOnlyList<AuditItem> Items { get; init; } = [];
}
