using System.CommandLine;
using Weft.Cli.Checks;
using Weft.Cli.Output;

namespace Weft.Cli.Commands;

/// <summary><c>weft check</c>: is this host able, and is the mesh well? Every failure comes with its fix.</summary>
internal static class CheckCommand
{
    private static readonly TimeSpan RetryTime = TimeSpan.FromSeconds(1);

    private static readonly Option<bool> Pre = new("--pre") { Description = "Only the host, before anything runs" };
    private static readonly Option<bool> Wait = new("--wait") { Description = "Repeat until nothing fails, or until --timeout" };
    private static readonly Option<bool> Strict = new("--strict") { Description = "Warnings alone give exit code 2" };

    public static Verb Create() => Create(host => new HostProbe(host));

    /// <summary>With a probe of the caller's choice; tests describe a host with it.</summary>
    public static Verb Create(Func<CliHost, IHostProbe> probe)
    {
        return new Verb("check", "Check the host, the control plane, certificates and every proxy", VerbGroup.Observe, "weft check --pre", "weft check --wait --timeout 60s", "weft check -o junit > checks.xml")
        {
            Formats = [OutputFormat.Table, OutputFormat.Short, OutputFormat.Json, OutputFormat.Yaml, OutputFormat.Junit],
            Details = "All checks run side by side. What only root can try is tried in a network namespace that ends at once, so that nothing stays behind. "
                + "Exit code 1 when a check failed; warnings alone are no failure, or exit code 2 with --strict. -o short shows problems only.",
        }.With(Pre, Wait, CommonOptions.Timeout, Strict).Does((run, cancel) => RunAsync(run, probe(run.Host), cancel));
    }

    public static int ExitCodeOf(CheckReport report, bool strict)
        => report.Failures > 0 ? ExitCode.Negative : report.Warnings > 0 && strict ? ExitCode.Warnings : ExitCode.Ok;

    private static async Task<int> RunAsync(CommandRun run, IHostProbe probe, CancellationToken cancel)
    {
        var started = run.Host.Clock.GetTimestamp();
        while (true)
        {
            var report = await CheckAsync(run, probe, cancel);
            if (!run.Get(Wait) || report.Failures == 0 || run.Host.Clock.GetElapsedTime(started) + RetryTime > run.Get(CommonOptions.Timeout))
            {
                Write(run, report);
                return ExitCodeOf(report, run.Get(Strict));
            }

            run.Detail(CheckReportWriter.Verdict(report));
            await Task.Delay(RetryTime, run.Host.Clock, cancel);
        }
    }

    private static async Task<CheckReport> CheckAsync(CommandRun run, IHostProbe probe, CancellationToken cancel)
    {
        var before = run.Get(Pre);
        var checks = new List<Check>(HostChecks.All(probe, run.Host, before));
        using var api = before ? null : run.OpenApi();
        if (api is not null)
        {
            checks.AddRange(MeshChecks.All(api, run.Host.Clock));
        }

        return CheckReport.Of(await CheckRunner.RunAsync(checks, run.Host.Clock, cancel));
    }

    private static void Write(CommandRun run, CheckReport report)
    {
        switch (run.Format)
        {
            case OutputFormat.Json or OutputFormat.Yaml:
                run.Output.Write(report, CliJson.Default.CheckReport, () => new TextTable());
                break;
            case OutputFormat.Junit:
                CheckReportWriter.WriteJunit(run.Host.Out, report);
                break;
            default:
                CheckReportWriter.WriteList(run, report, problemsOnly: run.Format == OutputFormat.Short);
                break;
        }
    }
}
