using System.CommandLine;
using Weft.Cli.Errors;
using Weft.Cli.Host;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft leave</c>: takes workloads of this machine out of the mesh without losing a request.</summary>
internal static class LeaveCommand
{
    private static readonly Argument<string[]> Workloads = new("WORKLOAD") { Description = "Workload, or namespace/workload", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<bool> All = new("--all") { Description = "Every workload of this machine" };
    private static readonly Option<TimeSpan> Drain = CommonOptions.Duration("--drain", "Time for open connections to come to their end", TimeSpan.FromSeconds(30));

    public static Verb Create() =>
        new Verb("leave", "Take workloads of this machine out of the mesh", VerbGroup.Attach, "weft leave shop/cart", "weft leave --all")
        {
            Details = "An enrolled program goes on without the mesh: its names are answered by its old resolver again, new connections are captured no more, open ones come to their end, "
                + "then proxy and rules go. A program that weft run started is ended.",
        }.With(Workloads, All, Drain, CommonOptions.Namespace).Does(RunAsync);

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        HostContext host = HostContext.FromEnvironment();
        IReadOnlyList<WorkloadRecord> chosen = Choose(run, host.Run.LoadAll());
        if (chosen.Count == 0)
        {
            run.Say("no workload of this machine is in the mesh");
        }

        // All at once: each waits for connections that others of them hold open, and the waits need not add up.
        int cut = (await Task.WhenAll(chosen.Select(record => LeaveAsync(run, host, record, run.Get(Drain), cancel)))).Sum();

        await host.Run.RemoveIfUnusedAsync(CancellationToken.None);
        return cut == 0 ? ExitCode.Ok : ExitCode.Partial;
    }

    /// <returns>Connections that were cut at the deadline.</returns>
    internal static Task<int> LeaveAsync(CommandRun run, HostContext host, WorkloadRecord record, TimeSpan drain, CancellationToken cancel) =>
        run.Steps.RunAsync(
            $"leave {record.FullName}",
            async step =>
            {
                if (record is { Kind: WorkloadRecord.Run, Keeper.IsAlive: true })
                {
                    step.Update("ending");
                    await record.Keeper.StopAsync(drain + TimeSpan.FromSeconds(15), cancel);
                    await new Detachment(host).RemoveAsync(record, CancellationToken.None);
                    return 0;
                }

                int cut = await new Detachment(host).LeaveAsync(record, drain, step.Update, cancel);
                if (cut > 0)
                {
                    step.Warn($"{Units.Plural(cut, "connection")} cut after {Units.Duration(drain)}");
                }
                else
                {
                    step.Update("nothing lost");
                }

                return cut;
            },
            cancel);

    private static IReadOnlyList<WorkloadRecord> Choose(CommandRun run, IReadOnlyList<WorkloadRecord> records) =>
        LocalWorkloads.Choose(run, "leave", run.Get(Workloads) ?? [], run.Get(All), records);
}
