using System.Diagnostics;
using System.Net;

namespace Weft.Cli.Host;

/// <summary>
/// Starts workloads for <c>weft run</c> and the demo: namespace, proxy, and, only when the proxy is ready, rules and application. Each step is on record before it
/// is taken, and a failure takes back those before it.
/// </summary>
internal sealed class WorkloadRunner(HostContext host)
{
    /// <param name="plan">What to start.</param>
    /// <param name="token">Gets a join token when it is needed.</param>
    /// <exception cref="CliException">Something did not work; nothing is left of it.</exception>
    public async Task<RunningWorkload> StartAsync(WorkloadPlan plan, Func<CancellationToken, Task<string>> token, CancellationToken cancel)
    {
        if (plan.Transparent && !Native.IsRoot)
        {
            throw HostErrors.RootNeeded("a network namespace for the workload");
        }

        (plan, WorkloadRecord record) = await ReserveAsync(plan, cancel);
        ProxyKeeper? keeper = null;
        try
        {
            IPAddress address = plan.Transparent
                ? await host.Network.EnsureNamespaceAsync(record.OwnNamespaceName!, plan.FullName, plan.Address, cancel)
                : IPAddress.Loopback;
            record = record with
            {
                Address = address.ToString(),
                ProxyProgram = plan.ProxyProgram,
                ProxyArguments = (plan.ProxyOptions(address, host.Run.StateOf(plan.Id)) with { Ports = record.Ports }).Arguments(),
            };
            host.Run.Save(record);

            string id = plan.Id;
            keeper = new ProxyKeeper(LaunchOf(record) with { LogFile = plan.ProxyLog ?? host.Run.LogOf(id, "proxy") }, p => host.Run.UpdateAsync(id, r => r with { Proxy = p }, CancellationToken.None));
            await keeper.StartAsync(await token(cancel), cancel);
            if (record.Rules is CaptureRules rules)
            {
                await Nft.ApplyAsync(record.Network, rules.Capture(), cancel);
            }

            (Process process, ProcessIdentity? application) = await StartApplicationAsync(plan, record, cancel);
            record = record with { Application = application, Phase = WorkloadRecord.Ready };
            await host.Run.UpdateAsync(id, r => record with { Proxy = r.Proxy }, CancellationToken.None);
            return new RunningWorkload(host, plan, record, keeper, process);
        }
        catch
        {
            if (keeper is not null)
            {
                await keeper.StopAsync(TimeSpan.FromSeconds(1));
                keeper.Dispose();
            }

            await new Detachment(host).RemoveAsync(host.Run.TryLoad(record.Id) ?? record, CancellationToken.None);
            throw;
        }
    }

    public ProxyLaunch LaunchOf(WorkloadRecord record) =>
        new(record.ProxyProgram, record.Network, record.ProxyArguments, record.FullName, host.Run, host.Run.LogOf(record.Id, "proxy"));

    /// <summary>Puts the workload on record under the lock, so that no other command takes its name or its ports.</summary>
    private async Task<(WorkloadPlan Plan, WorkloadRecord Record)> ReserveAsync(WorkloadPlan plan, CancellationToken cancel)
    {
        await RemoveLeftoverAsync(plan, cancel);
        using IDisposable held = await host.Run.LockAsync(cancel);
        if (host.Run.TryLoad(plan.Id) is not null)
        {
            throw Exists(plan.FullName);
        }

        string? netns = plan.Transparent ? host.Names.NamespaceOf(plan.Namespace, plan.Workload) : null;
        var record = new WorkloadRecord
        {
            Namespace = plan.Namespace,
            Workload = plan.Workload,
            Service = plan.Service,
            Kind = WorkloadRecord.Run,
            Transparent = plan.Transparent,
            NamespacePath = netns is null ? null : NetworkNamespace.Named(netns).Path,
            OwnNamespaceName = netns,
            Table = plan.Transparent ? host.Names.Table : null,
            Keeper = ProcessIdentity.TryOf(Environment.ProcessId),
        };
        if (!plan.Transparent)
        {
            (plan, record) = ChoosePorts(plan, record);
        }

        host.Run.Save(record);
        return (plan, record);
    }

    /// <summary>What a crash left of a workload of this name is removed; one that still runs is an error.</summary>
    private async Task RemoveLeftoverAsync(WorkloadPlan plan, CancellationToken cancel)
    {
        if (host.Run.TryLoad(plan.Id) is not WorkloadRecord old)
        {
            return;
        }

        if (old.Keeper?.IsAlive == true)
        {
            throw Exists(old.FullName);
        }

        await new Detachment(host).RemoveAsync(old, cancel);
    }

    /// <summary>Explicit mode: the tunnel, the admin listener, the application's ports and those of its upstreams, all on 127.0.0.1.</summary>
    private (WorkloadPlan Plan, WorkloadRecord Record) ChoosePorts(WorkloadPlan plan, WorkloadRecord record)
    {
        HashSet<int> taken = [.. host.Run.LoadAll().SelectMany(r => r.LocalPorts), .. plan.Upstreams.Select(u => u.LocalPort)];
        int needed = 2 + plan.Ports.Count(p => p.Target is null) + plan.Upstreams.Count(u => u.LocalPort == 0);
        IReadOnlyList<int> chosen = LocalPorts.Take(needed, taken);
        var free = new Queue<int>(chosen);
        var ports = new ProxyPorts(0, 0, free.Dequeue(), free.Dequeue(), 0);
        plan = plan with
        {
            Ports = [.. plan.Ports.Select(p => p.Target is null ? p with { Target = $"127.0.0.1:{free.Dequeue()}" } : p)],
            Upstreams = [.. plan.Upstreams.Select(u => u.LocalPort == 0 ? u with { LocalPort = free.Dequeue() } : u)],
        };
        return (plan, record with { Ports = ports, LocalPorts = [.. chosen.Union(plan.Upstreams.Select(u => u.LocalPort))] });
    }

    private async Task<(Process Process, ProcessIdentity? Identity)> StartApplicationAsync(WorkloadPlan plan, WorkloadRecord record, CancellationToken cancel)
    {
        IReadOnlyList<string> command = await ApplicationCommand.BuildAsync(plan, record.OwnNamespaceName, cancel);
        Process process = ChildProcess.Start(command, host.Run, ApplicationCommand.Environment(plan));
        return (process, ProcessIdentity.TryOf(process.Id));
    }

    private static CliException Exists(string workload) =>
        HostErrors.Fail(HostErrors.WorkloadExists, $"the workload {workload} runs already on this machine", null, "choose another name with --name", $"weft leave {workload}");
}
