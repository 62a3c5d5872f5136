namespace Weft.Cli.Checks;

/// <summary>What a check found, and what to do about it.</summary>
internal sealed record CheckAnswer(CheckOutcome Outcome, string? Detail = null, string? Fix = null)
{
    public static CheckAnswer Pass(string? detail = null) => new(CheckOutcome.Pass, detail);

    public static CheckAnswer Warn(string detail, string fix) => new(CheckOutcome.Warning, detail, fix);

    public static CheckAnswer Fail(string detail, string fix) => new(CheckOutcome.Failure, detail, fix);

    public static CheckAnswer Skip(string detail) => new(CheckOutcome.Skipped, detail);
}
