using System.Text.Json.Serialization;

namespace Weft.Cli.Checks;

/// <summary>One line of <c>weft check</c>.</summary>
internal sealed record CheckResult
{
    public required string Code { get; init; }
    public required string Category { get; init; }

    /// <summary>What should be so: "nftables can redirect".</summary>
    public required string Name { get; init; }

    [JsonIgnore]
    public CheckOutcome Kind { get; init; }

    /// <summary>"pass", "warning", "failure" or "skipped".</summary>
    public string Outcome => Kind.ToString().ToLowerInvariant();

    /// <summary>What was seen.</summary>
    public string? Detail { get; init; }

    /// <summary>A command to run, or the next best thing.</summary>
    public string? Fix { get; init; }
}
