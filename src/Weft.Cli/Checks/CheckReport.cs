namespace Weft.Cli.Checks;

/// <summary>Answer of <c>weft check -o json</c>.</summary>
internal sealed record CheckReport
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "CheckReport";
    public int Passed { get; init; }
    public int Warnings { get; init; }
    public int Failures { get; init; }
    public int Skipped { get; init; }
    public IReadOnlyList<CheckResult> Checks { get; init; } = [];

    public static CheckReport Of(IReadOnlyList<CheckResult> checks) => new()
    {
        Checks = checks,
        Passed = checks.Count(c => c.Kind == CheckOutcome.Pass),
        Warnings = checks.Count(c => c.Kind == CheckOutcome.Warning),
        Failures = checks.Count(c => c.Kind == CheckOutcome.Failure),
        Skipped = checks.Count(c => c.Kind == CheckOutcome.Skipped),
    };
}
