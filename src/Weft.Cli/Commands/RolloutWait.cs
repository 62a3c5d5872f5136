using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Cli.Progress;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>Waits until a commit runs on every proxy that it affects, and says so.</summary>
internal static class RolloutWait
{
    /// <summary>One question to the server lasts no longer, so that progress moves.</summary>
    private static readonly TimeSpan AskMax = TimeSpan.FromSeconds(1);

    /// <summary>Names of lagging proxies shown in a message.</summary>
    private const int NamesMax = 10;

    public static async Task<RolloutStatus> RunAsync(CommandRun run, ApiClient api, long commit, CancellationToken cancel)
    {
        var limit = run.Get(CommonOptions.Timeout);
        var started = run.Host.Clock.GetTimestamp();
        using var interrupted = cancel.Register(() => run.Say($"interrupted: the rollout of commit {commit} goes on by itself; see weft status"));
        while (true)
        {
            var left = limit - run.Host.Clock.GetElapsedTime(started);
            var ask = left < AskMax ? 0 : (int)AskMax.TotalSeconds;
            var status = await api.RolloutAsync(commit, ask, cancel);
            if (status.Done || left <= TimeSpan.Zero)
            {
                return status;
            }

            run.Detail($"commit {commit}: {status.Current} of {status.Affected} proxies");
            if (ask == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), run.Host.Clock, cancel);
            }
        }
    }

    /// <summary>Says how it went and gives the exit code: 0, 3 when proxies refused, 7 when time was over.</summary>
    public static int Report(CommandRun run, RolloutStatus status)
    {
        var count = $"commit {status.Commit} runs on {status.Current} of {Units.Plural(status.Affected, "proxy")}".Replace("proxys", "proxies", StringComparison.Ordinal);
        if (status.Refused.Count > 0)
        {
            run.Steps.Fail(count);
            run.Errors.Print([.. status.Refused.Select(Refusal)]);
            return ExitCode.Partial;
        }

        if (!status.Done)
        {
            run.Steps.Fail(count);
            var names = string.Join(", ", status.Lagging.Take(NamesMax)) + (status.Lagging.Count > NamesMax ? $" and {status.Lagging.Count - NamesMax} more" : "");
            run.Errors.Print(
            [
                new Finding
                {
                    Code = "WF0014",
                    Message = $"commit {status.Commit} is not yet everywhere after {Units.Duration(run.Get(CommonOptions.Timeout))}",
                    Cause = names.Length > 0 ? $"lagging: {names}" : null,
                    Fixes = ["see weft status; the rollout goes on by itself"],
                },
            ]);
            return ExitCode.Timeout;
        }

        run.Steps.Done(count, Units.Duration(TimeSpan.FromMilliseconds(status.ElapsedMs)));
        return ExitCode.Ok;
    }

    private static Finding Refusal(ProxyRefusal refusal) => new()
    {
        Code = "WF0016",
        Message = $"the proxy of {refusal.Workload} refused {refusal.Resource}",
        Cause = refusal.Reason,
        Fixes = ["correct the resource and apply it again, or take the commit back with weft undo"],
    };
}
