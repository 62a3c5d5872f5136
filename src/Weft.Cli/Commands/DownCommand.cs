using Weft.Cli.Host;
using Weft.Cli.Output;

namespace Weft.Cli.Commands;

/// <summary><c>weft down</c>: removes everything that Weft made on this machine, also after a crash.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(10);

    public static Verb Create() =>
        new Verb("down", "Remove every namespace, rule, process and file of Weft from this machine", VerbGroup.Start, "weft down", "weft down -y")
        {
            Details = "What is there is found by name and mark, so nothing has to be remembered. Programs that were enrolled go on without the mesh; those that weft run or weft demo "
                + "started are ended. The control plane's data directory is kept.",
        }.With(CommonOptions.Yes).Does(RunAsync);

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        HostContext host = HostContext.FromEnvironment();
        var cleaner = new HostCleaner(host);
        IReadOnlyList<string> found = await cleaner.FindAsync(cancel);
        if (found.Count == 0)
        {
            run.Say("nothing of Weft is on this machine");
            return ExitCode.Ok;
        }

        foreach (string line in found)
        {
            run.Say($"will remove {line}");
        }

        Confirm(run, found.Count);
        foreach (WorkloadRecord record in host.Run.LoadAll().Where(r => r is { Kind: WorkloadRecord.Enroll, Phase: WorkloadRecord.Ready, Keeper.IsAlive: true }))
        {
            await LeaveCommand.LeaveAsync(run, host, record, Drain, cancel);
        }

        await run.Steps.RunAsync("remove what is left", _ => cleaner.RemoveAllAsync(cancel), cancel);
        IReadOnlyList<string> left = await cleaner.FindAsync(cancel);
        foreach (string line in left)
        {
            run.Steps.Fail("still there", line);
        }

        return left.Count == 0 ? ExitCode.Ok : ExitCode.Partial;
    }

    private static void Confirm(CommandRun run, int count)
    {
        if (run.Get(CommonOptions.Yes))
        {
            return;
        }

        if (!run.CanAsk)
        {
            throw CliException.Of(ExitCode.Usage, "WF0004", "down removes what is listed above and needs to be sure", null, "weft down -y");
        }

        run.Host.Error.Write($"Remove these {Units.Plural(count, "thing")}? [y/N] ");
        if (run.Host.In.ReadLine() is not ("y" or "Y" or "yes"))
        {
            throw CliException.Of(ExitCode.Negative, "WF0004", "nothing was removed");
        }
    }
}
