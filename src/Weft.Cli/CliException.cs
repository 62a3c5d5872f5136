using Weft.Contracts.Api;

namespace Weft.Cli;

/// <summary>Ends a verb with findings for the user and an exit code. Thrown only in the command line, never for expected flow inside loops.</summary>
internal sealed class CliException(int exitCode, params IReadOnlyList<Finding> findings)
    : Exception(findings.Count > 0 ? findings[0].Message : "failed")
{
    public int ExitCode { get; } = exitCode;

    public IReadOnlyList<Finding> Findings { get; } = findings;

    /// <summary>A single finding in words.</summary>
    /// <param name="exitCode">One of <see cref="Cli.ExitCode"/>.</param>
    /// <param name="code">"WF" and four digits, listed in <see cref="Errors.ErrorCatalogue"/>.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="cause">Why, one sentence.</param>
    /// <param name="fixes">What to do, most likely first.</param>
    public static CliException Of(int exitCode, string code, string message, string? cause = null, params IReadOnlyList<string> fixes)
        => new(exitCode, new Finding { Code = code, Message = message, Cause = cause, Fixes = fixes });
}
