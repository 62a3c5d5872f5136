namespace Weft.Cli.Host;

/// <summary>
/// Undoes what was done for one workload, from its record alone. In this order no request is lost: names go back to the old resolver, then nothing new is captured, then
/// the proxy brings what is open to its end, and only then do the rules go whose chains the kernel needed to translate the open connections.
/// </summary>
internal sealed class Detachment(HostContext host)
{
    /// <summary>
    /// How long connections stay captured after names are not: an application that got a virtual address just before still has to connect to it.
    /// </summary>
    public static readonly TimeSpan NamesGrace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    /// <summary>Leaves without losing a request.</summary>
    /// <param name="record">What was done.</param>
    /// <param name="drain">How long open connections may take to come to their end.</param>
    /// <param name="say">Told each step as it begins.</param>
    /// <returns>The connections that were cut at the deadline.</returns>
    public async Task<int> LeaveAsync(WorkloadRecord record, TimeSpan drain, Action<string> say, CancellationToken cancel)
    {
        await host.Run.UpdateAsync(record.Id, r => r with { Phase = WorkloadRecord.Leaving }, cancel);
        if (record.Rules is CaptureRules rules)
        {
            say("names");
            await Nft.ApplyAsync(record.Network, rules.ReleaseNames(), cancel);
            await Task.Delay(NamesGrace, cancel);
            say("rules");
            await Nft.ApplyAsync(record.Network, rules.ReleaseAll(), cancel);
        }

        say("open connections");
        using var admin = new ProxyAdmin(record.Network, record.Ports.Admin);
        int cut = await admin.DrainToEndAsync(leave: true, drain, cancel);
        say("proxy");
        await RemoveAsync(record, CancellationToken.None);
        return cut;
    }

    /// <summary>Ends the proxy, and the application if we started it, and removes rules, namespace and files. Repeats without harm; whatever is gone is gone.</summary>
    public async Task RemoveAsync(WorkloadRecord record, CancellationToken cancel)
    {
        foreach (ProcessIdentity? process in (ProcessIdentity?[])[KeeperOf(record), record.Kind == WorkloadRecord.Run ? record.Application : null, Latest(record)?.Proxy ?? record.Proxy])
        {
            if (process is not null)
            {
                await process.StopAsync(StopGrace, cancel);
            }
        }

        await RemoveTracesAsync(record, cancel);
    }

    /// <summary>The part of <see cref="RemoveAsync"/> that ends no process of the record.</summary>
    public async Task RemoveTracesAsync(WorkloadRecord record, CancellationToken cancel)
    {
        bool networkExists = record.NamespacePath is null || File.Exists(record.NamespacePath);
        if (networkExists && record.Table is not null)
        {
            await Nft.ApplyAsync(record.Network, CaptureRules.Remove(record.Table), cancel);
        }

        foreach (string route in networkExists ? new[] { record.AddedRoute, record.AddedRouteV6 }.OfType<string>() : [])
        {
            await record.Network.TryRunAsync(["ip", "route", "delete", .. route.Split(' ')], cancel);
        }

        if (record.Cgroup is not null)
        {
            Cgroups.Find().Leave(record.Cgroup);
        }

        if (record.OwnNamespaceName is string name)
        {
            await RemoveNamespaceAsync(record, name, cancel);
        }

        host.Run.Forget(record.Id);
    }

    private async Task RemoveNamespaceAsync(WorkloadRecord record, string name, CancellationToken cancel)
    {
        if (record.Kind != WorkloadRecord.Run)
        {
            await HostNetwork.DetachNameAsync(name, cancel);
            return;
        }

        // Whatever the application left behind in its namespace would keep the namespace alive.
        await StopAllAsync(NamespaceProcesses.In(NetworkNamespace.Named(name)), TimeSpan.FromSeconds(2), cancel);
        await host.Network.RemoveNamespaceAsync(name, cancel);
    }

    /// <summary>Asks all at once, then insists.</summary>
    internal static async Task StopAllAsync(IReadOnlyList<ProcessIdentity> processes, TimeSpan grace, CancellationToken cancel)
    {
        foreach (ProcessIdentity process in processes)
        {
            process.Signal(Native.SignalTerminate);
        }

        await Task.WhenAll(processes.Select(p => p.StopAsync(grace, cancel)));
    }

    /// <summary>The keeper that must end first, lest it start the proxy again; never we ourselves.</summary>
    private static ProcessIdentity? KeeperOf(WorkloadRecord record) =>
        record.Keeper?.Pid == Environment.ProcessId ? null : record.Keeper;

    /// <summary>The record as it is now: the keeper may have started another proxy meanwhile.</summary>
    private WorkloadRecord? Latest(WorkloadRecord record) => host.Run.TryLoad(record.Id);
}
