using System.CommandLine;
using System.Globalization;
using Weft.Cli.Api;
using Weft.Cli.Output;

namespace Weft.Cli.Commands;

/// <summary>What <c>stat</c>, <c>routes</c> and <c>top</c> take alike: of which time, and on which side.</summary>
internal static class StatOptions
{
    public static Option<string?> Side { get; } = new("--side") { Description = "As the callers' proxies saw it (client) or the callees' (server); default client, server for workloads, versions and zones", HelpName = "SIDE" };

    public static Option<string?> From { get; } = new("--from") { Description = "Begin of a time that is over: 2026-11-26T17:00:00Z, or 90m for so long ago", HelpName = "TIME" };

    public static Option<string?> To { get; } = new("--to") { Description = "Its end (default now)", HelpName = "TIME" };

    public static StatQuestion Read(CommandRun run, string by)
    {
        var side = run.Get(Side);
        if (side is not (null or "client" or "server"))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"--side takes client or server, not \"{side}\"");
        }

        var from = Time(run, "--from", run.Get(From));
        var to = Time(run, "--to", run.Get(To));
        if (to is not null && from is null)
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", "--to needs --from", null, "say where the time begins: --from 1h --to 30m");
        }

        if (from is not null && from >= (to ?? run.Host.Clock.GetUtcNow()))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", "--from is not before --to");
        }

        return new StatQuestion(by, EdgesCommand.ReadWindow(run), side, from, to);
    }

    /// <summary>"in the last 30s", or "between … and …".</summary>
    public static string Describe(StatQuestion question) => question.From is not { } from
        ? $"in the last {Units.Duration(question.Window)}"
        : $"from {Units.Timestamp(from)} to {(question.To is { } to ? Units.Timestamp(to) : "now")}";

    private static DateTimeOffset? Time(CommandRun run, string option, string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (DurationText.TryParse(text, out var ago))
        {
            return run.Host.Clock.GetUtcNow() - ago;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw CliException.Of(ExitCode.Usage, "WF0003", $"{option} \"{text}\" is no time", null, "write 2026-11-26T17:00:00Z, or 90m for so long ago");
    }
}
