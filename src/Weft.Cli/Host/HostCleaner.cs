namespace Weft.Cli.Host;

/// <summary>
/// Removes everything that Weft made on this machine, with no memory of it: by the records while they are there, and by name and mark for whatever a crash left
/// without one. Processes and namespaces that Weft did not start are left alone.
/// </summary>
internal sealed class HostCleaner(HostContext host)
{
    private const int LooksMax = 5;
    private const int LookAgainMs = 100;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    /// <summary>What there is to remove, one line each; empty when the machine is clean.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(CancellationToken cancel)
    {
        var found = new List<string>();
        found.AddRange(host.Run.LoadAll().Select(r => $"workload {r.FullName} ({r.Kind})"));
        found.AddRange(Processes().Select(p => $"process {p.Pid} {NameOf(p.Pid)}"));
        if (Native.IsRoot)
        {
            found.AddRange((await HostNetwork.NamespacesAsync(cancel)).Where(IsOurs).Select(n => $"network namespace {n}"));
            found.AddRange((await host.Network.LinksAsync(cancel)).Select(l => $"interface {l.Name} {l.Workload}"));
            if (await host.Network.HasBridgeAsync(cancel))
            {
                found.Add($"bridge {host.Names.Bridge}");
            }

            found.AddRange((await TablesAsync(cancel)).Select(t => $"nftables table {t.Table} in {t.Network}"));
            found.AddRange(OwnCgroups().Select(c => $"cgroup {c}"));
        }

        if (Directory.Exists(host.Run.Root))
        {
            found.Add($"folder {host.Run.Root}");
        }

        return found;
    }

    /// <summary>Removes it all. Repeats without harm.</summary>
    public async Task RemoveAllAsync(CancellationToken cancel)
    {
        await EndProcessesAsync(cancel);
        var detachment = new Detachment(host);
        foreach (WorkloadRecord record in host.Run.LoadAll())
        {
            await detachment.RemoveAsync(record, cancel);
        }

        if (Native.IsRoot)
        {
            await RemoveByNameAsync(cancel);
        }

        host.Run.Remove();
    }

    /// <summary>Keepers first: asked kindly they end and clean up what they hold themselves; whoever is left is ended.</summary>
    private async Task EndProcessesAsync(CancellationToken cancel)
    {
        ProcessIdentity[] keepers = [.. host.Run.LoadAll().Select(r => r.Keeper).OfType<ProcessIdentity>().Where(k => k.Pid != Environment.ProcessId).Distinct()];
        await Detachment.StopAllAsync(keepers, Grace, cancel);
        await Detachment.StopAllAsync(Processes(), Grace, cancel);
    }

    private async Task RemoveByNameAsync(CancellationToken cancel)
    {
        foreach (string name in (await HostNetwork.NamespacesAsync(cancel)).Where(n => n.StartsWith(host.Names.OwnNamespacePrefix, StringComparison.Ordinal)))
        {
            await Detachment.StopAllAsync(NamespaceProcesses.In(NetworkNamespace.Named(name)), TimeSpan.FromSeconds(2), cancel);
        }

        foreach ((NetworkNamespace network, string table) in await TablesAsync(cancel))
        {
            await Nft.ApplyAsync(network, CaptureRules.Remove(table), cancel);
        }

        foreach (string cgroup in OwnCgroups())
        {
            Cgroups.Find().Leave(cgroup);
        }

        await host.Network.RemoveEverythingAsync(cancel);
    }

    /// <summary>Our tables in every namespace of the machine: one that was enrolled by name belongs to somebody else and carries no other trace of us.</summary>
    private async Task<IReadOnlyList<(NetworkNamespace Network, string Table)>> TablesAsync(CancellationToken cancel)
    {
        var networks = new Dictionary<string, NetworkNamespace>(StringComparer.Ordinal);
        foreach (string name in await HostNetwork.NamespacesAsync(cancel))
        {
            NetworkNamespace network = NetworkNamespace.Named(name);
            if (NamespaceProcesses.Inode(network.Path!) is string inode)
            {
                networks.TryAdd(inode, network);
            }
        }

        foreach (int pid in ProcessTable.All())
        {
            if (ProcessTable.NamespaceOf(pid) is string inode)
            {
                networks.TryAdd(inode, NetworkNamespace.OfProcess(pid));
            }
        }

        var found = new List<(NetworkNamespace, string)>();
        foreach ((string inode, NetworkNamespace network) in networks)
        {
            found.AddRange((await TablesAsync(network, inode, cancel)).Where(host.Names.IsOwnTable).Select(t => (network, t)));
        }

        return found;
    }

    private static async Task<IReadOnlyList<string>> TablesAsync(NetworkNamespace network, string inode, CancellationToken cancel)
    {
        for (int look = 1; ; look++)
        {
            try
            {
                return await Nft.TablesAsync(network, cancel);
            }
            catch (CliException) when (NamespaceProcesses.Inode(network.Path!) != inode)
            {
                // The namespace, or the process by which we knew it, went while we looked.
                return [];
            }
            catch (CliException) when (look < LooksMax)
            {
                // Whoever clears that namespace now ends all that is in it, and so whom we have sent there to look.
                await Task.Delay(LookAgainMs, cancel);
            }
        }
    }

    private IReadOnlyList<string> OwnCgroups()
    {
        try
        {
            // Our names have no dot in them; units of systemd end in ".service".
            return [.. Cgroups.Find().Named(host.Names.ForeignNamespacePrefix).Where(c => !Path.GetFileName(c).Contains('.', StringComparison.Ordinal))];
        }
        catch (CliException)
        {
            return [];
        }
    }

    private IReadOnlyList<ProcessIdentity> Processes() => ProcessTable.Marked(host.Run.Root);

    private bool IsOurs(string netns) =>
        netns.StartsWith(host.Names.OwnNamespacePrefix, StringComparison.Ordinal) || netns.StartsWith(host.Names.ForeignNamespacePrefix, StringComparison.Ordinal);

    private static string NameOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
