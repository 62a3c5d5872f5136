using System.CommandLine;
using Weft.Cli.Host;
using Weft.Cli.Output;
using Weft.Cli.Progress;

namespace Weft.Cli.Commands;

/// <summary><c>weft proxy upgrade</c>: the proxies of this machine get the program that lies on disk now, without losing a request.</summary>
internal static class ProxyUpgradeCommand
{
    private static readonly Argument<string[]> Workloads = new("WORKLOAD")
    {
        Description = "Workloads of this machine: cart-1 or shop/cart-1",
        HelpName = "WORKLOAD",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> All = new("--all") { Description = "Every workload of this machine" };
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Longer than a proxy waits for its successor.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Verb Create() =>
        new Verb("upgrade", "Give proxies of this machine the new program without losing a request", VerbGroup.Operate, "weft proxy upgrade shop/cart-1", "weft proxy upgrade --all")
        {
            Details = "Each proxy starts the program from the path that it was started from, and hands its sockets over when the new process is ready. What is open comes to its end in the "
                + "old one. A program that does not work changes nothing.",
        }.With(Workloads, All, CommonOptions.Namespace).Does(RunAsync);

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        HostContext host = HostContext.FromEnvironment();
        IReadOnlyList<WorkloadRecord> chosen = LocalWorkloads.Choose(run, "proxy upgrade", run.Get(Workloads) ?? [], run.Get(All), host.Run.LoadAll());
        if (chosen.Count == 0)
        {
            run.Say("no workload of this machine is in the mesh");
        }

        foreach (WorkloadRecord record in chosen)
        {
            await run.Steps.RunAsync($"upgrade {record.FullName}", step => UpgradeAsync(host, record, step, cancel), cancel);
        }

        return ExitCode.Ok;
    }

    private static async Task UpgradeAsync(HostContext host, WorkloadRecord record, Step step, CancellationToken cancel)
    {
        using var admin = new ProxyAdmin(record.Network, record.Ports.Admin);
        (int Pid, string State, string Why) before = await admin.UpgradeAsync(begin: true, cancel)
            ?? throw Failed(record, "its proxy does not answer", null);
        for (long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds; ;)
        {
            await Task.Delay(Look, cancel);
            (int Pid, string State, string Why)? now = await admin.UpgradeAsync(begin: false, cancel);
            if (now is { } other && other.Pid != before.Pid)
            {
                // Whoever keeps the proxy has put it on record, unless nobody does any more.
                ProcessIdentity? successor = ProcessIdentity.TryOf(other.Pid);
                await host.Run.UpdateAsync(record.Id, r => r with { Proxy = successor ?? r.Proxy }, cancel);
                step.Update($"process {before.Pid} has handed over to {other.Pid}");
                return;
            }

            if (now is { State: "failed" } failed)
            {
                throw Failed(record, "the old process goes on", failed.Why);
            }

            if (Environment.TickCount64 > end)
            {
                throw Failed(record, $"it took longer than {Units.Duration(Patience)}", null);
            }
        }
    }

    private static CliException Failed(WorkloadRecord record, string what, string? why) =>
        HostErrors.Fail(HostErrors.ProxyNotReady, $"the proxy of {record.FullName} was not upgraded: {what}", why, $"look at its log: weft-proxy lies at {record.ProxyProgram}");
}
