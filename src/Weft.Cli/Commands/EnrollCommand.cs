using System.CommandLine;
using Weft.Cli.Api;
using Weft.Cli.Host;
using Weft.Cli.Output;

namespace Weft.Cli.Commands;

/// <summary><c>weft enroll</c>: attaches what already runs.</summary>
internal static class EnrollCommand
{
    private static readonly Option<int?> Pid = new("--pid") { Description = "The running process", HelpName = "PID" };
    private static readonly Option<string?> Netns = new("--netns") { Description = "The network namespace, by its name in ip netns", HelpName = "NAME" };

    public static Verb Create() =>
        new Verb(
            "enroll",
            "Attach a running process or a network namespace to the mesh, without restarting it",
            VerbGroup.Attach,
            "weft enroll --pid 4711 --service cart --port 8080",
            "weft enroll --netns shop-cart --service cart -n shop --port 8080:http1 --label version=v1")
        {
            Details = "Connections that are open stay as they are; those that begin afterwards go through the proxy. In a network namespace shared with other processes only those of the "
                + "given one are captured: it is moved into a cgroup of its own below the one it is in. weft leave takes it out again.",
        }.With(
            Pid, Netns, AttachOptions.Service, AttachOptions.Workload, AttachOptions.Ports, AttachOptions.Labels, AttachOptions.Health,
            AttachOptions.Control, AttachOptions.Address, AttachOptions.Dns, AttachOptions.Proxy, CommonOptions.Namespace).Does(RunAsync);

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var target = new EnrollTarget(run.Get(Pid), run.Get(Netns));
        if (target.Pid is null == target.NamespaceName is null)
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", "enroll needs either --pid or --netns", null, "weft enroll --pid PID --service NAME --port PORT");
        }

        HostContext host = HostContext.FromEnvironment();
        WorkloadPlan plan = AttachOptions.ReadPlan(run, host, transparent: true);
        var enrollment = new Enrollment(host);
        WorkloadRecord record = await enrollment.PrepareAsync(plan, target, run.Get(AttachOptions.Control) ?? run.Host.Variable("WEFT_CONTROL"), cancel);
        try
        {
            using ApiClient api = run.OpenApi();
            await Enrollment.HoldAsync(record, cancel);
            await run.Steps.RunAsync(
                $"proxy of {plan.FullName}",
                async step =>
                {
                    string token = await AttachOptions.TokensFor(api, plan)(cancel);
                    await BackgroundKeeper.StartAsync(host, record, Environment.ProcessPath!, token, cancel);
                    step.Update($"ready at {record.Address}:{record.Ports.Tunnel}");
                },
                cancel);
            await run.Steps.RunAsync($"capture of {target}", _ => enrollment.CaptureAsync(record, cancel), cancel);
        }
        catch
        {
            await new Detachment(host).RemoveAsync(host.Run.TryLoad(record.Id) ?? record, CancellationToken.None);
            throw;
        }

        run.Say($"{target} is in the mesh as {plan.FullName}; take it out with: weft leave {plan.FullName}");
        return ExitCode.Ok;
    }
}
