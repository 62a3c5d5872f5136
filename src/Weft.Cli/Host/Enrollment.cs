using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Weft.Cli.Host;

/// <summary>
/// Attaches what already runs, without restarting it. The proxy is started and ready before the first rule exists; the rules take only connections that begin after
/// them. A process alone in its namespace has all of it captured; one that shares it, by the cgroup that it is moved into.
/// </summary>
internal sealed class Enrollment(HostContext host)
{
    /// <summary>The block from which virtual addresses of services come, and the one that stands for it in IPv6.</summary>
    private const string VirtualAddresses = "240.77.0.0/16";
    private const string VirtualAddressesV6 = "fd77:6566:7400::/96";

    /// <summary>Finds out how the target can be attached and puts it on record. Nothing has been changed yet.</summary>
    /// <param name="control">The control plane's discovery address; null: this machine, as the namespace reaches it.</param>
    public async Task<WorkloadRecord> PrepareAsync(WorkloadPlan plan, EnrollTarget target, string? control, CancellationToken cancel)
    {
        if (!Native.IsRoot)
        {
            throw HostErrors.RootNeeded($"enrolling {target}");
        }

        await RemoveLeftoverAsync(plan, cancel);
        WorkloadRecord record = Locate(plan, target);
        NetworkNamespace network = target.Pid is int pid && record.NamespacePath is not null ? NetworkNamespace.OfProcess(pid) : record.Network;
        IPAddress address = plan.Address ?? await HostNetwork.AddressOfAsync(network, cancel);
        plan = plan with
        {
            Control = control ?? await ControlOfAsync(network, cancel),
            UpstreamDns = plan.UpstreamDns ?? ResolverOf(target),
        };
        using IDisposable held = await host.Run.LockAsync(cancel);
        if (host.Run.TryLoad(plan.Id) is not null)
        {
            throw HostErrors.Fail(HostErrors.WorkloadExists, $"the workload {plan.FullName} is attached already", null, "choose another name with --name", $"weft leave {plan.FullName}");
        }

        record = record with
        {
            Address = address.ToString(),
            Ports = ChoosePorts(record, network),
            AddedRoute = await HasRouteAsync(network, VirtualAddresses, cancel) ? null : $"{VirtualAddresses} dev lo",
            AddedRouteV6 = await HasRouteAsync(network, VirtualAddressesV6, cancel) ? null : $"{VirtualAddressesV6} dev lo",
        };
        record = record with
        {
            ProxyProgram = plan.ProxyProgram,
            ProxyArguments = (plan.ProxyOptions(address, host.Run.StateOf(plan.Id)) with { Ports = record.Ports }).Arguments(),
        };
        host.Run.Save(record);
        return record;
    }

    /// <summary>Makes the namespace reachable by a name of ours, where the proxy's keeper finds it whatever becomes of the process.</summary>
    public static Task HoldAsync(WorkloadRecord record, CancellationToken cancel) =>
        record is { OwnNamespaceName: string name, Application: ProcessIdentity process }
            ? HostNetwork.AttachNameAsync(name, process.Pid, cancel)
            : Task.CompletedTask;

    /// <summary>Turns the traffic over to the proxy, which must be ready.</summary>
    public async Task CaptureAsync(WorkloadRecord record, CancellationToken cancel)
    {
        if (record.AddedRoute is string route)
        {
            await record.Network.RunAsync(["ip", "route", "replace", .. route.Split(' ')], cancel);
        }

        if (record.AddedRouteV6 is string routeV6)
        {
            // Where IPv6 is switched off nobody misses it.
            await record.Network.TryRunAsync(["ip", "route", "replace", .. routeV6.Split(' ')], cancel);
        }

        if (record is { Cgroup: not null, Application: ProcessIdentity process })
        {
            Cgroups.Find().Enter(process.Pid, Path.GetFileName(record.Cgroup));
        }

        await Nft.ApplyAsync(record.Network, record.Rules!.Capture(), cancel);
        await host.Run.UpdateAsync(record.Id, r => r with { Phase = WorkloadRecord.Ready }, cancel);
    }

    private async Task RemoveLeftoverAsync(WorkloadPlan plan, CancellationToken cancel)
    {
        if (host.Run.TryLoad(plan.Id) is WorkloadRecord old && old.Keeper?.IsAlive != true)
        {
            await new Detachment(host).RemoveAsync(old, cancel);
        }
    }

    private WorkloadRecord Locate(WorkloadPlan plan, EnrollTarget target)
    {
        var record = new WorkloadRecord
        {
            Namespace = plan.Namespace,
            Workload = plan.Workload,
            Service = plan.Service,
            Kind = WorkloadRecord.Enroll,
            Table = host.Names.Table,
        };
        if (target.NamespaceName is string name)
        {
            string path = NetworkNamespace.Named(name).Path!;
            return IsShared(path)
                ? throw HostErrors.Fail(HostErrors.WorkloadExists, $"the network namespace {name} holds a workload already", null, "enroll further processes in it with --pid")
                : File.Exists(path)
                    ? record with { NamespacePath = path }
                    : throw HostErrors.Fail(HostErrors.NoSuchNamespace, $"there is no network namespace \"{name}\"", null, "see ip netns list");
        }

        int pid = target.Pid!.Value;
        ProcessIdentity process = ProcessIdentity.TryOf(pid) ?? throw HostErrors.Fail(HostErrors.NoSuchProcess, $"there is no process {pid}", null, "see ps -e");
        string processNetwork = NetworkNamespace.OfProcess(pid).Path!;
        bool ours = NamespaceProcesses.Same(processNetwork, "/proc/self/ns/net");
        if (!ours)
        {
            string own = host.Names.ForeignNamespaceOf(plan.Namespace, plan.Workload);
            record = record with { OwnNamespaceName = own, NamespacePath = NetworkNamespace.Named(own).Path };
        }

        record = record with { Application = process };
        return ours || IsShared(processNetwork) ? InCgroup(record, plan, pid) : record;
    }

    private WorkloadRecord InCgroup(WorkloadRecord record, WorkloadPlan plan, int pid)
    {
        string name = host.Names.CgroupOf(plan.Namespace, plan.Workload);
        string current = Cgroups.PathOf(pid);
        if (Path.GetFileName(current).StartsWith(host.Names.ForeignNamespacePrefix, StringComparison.Ordinal) && Path.GetFileName(current) != name)
        {
            throw HostErrors.Fail(HostErrors.WorkloadExists, $"process {pid} belongs to another workload already", $"its cgroup is {current}", "take that one out with weft leave");
        }

        string cgroup = Path.GetFileName(current) == name ? current : $"{current.TrimEnd('/')}/{name}";
        return record with
        {
            Cgroup = cgroup,
            Scope = Cgroups.Find().ScopeOf(cgroup, [.. plan.Ports.Select(ApplicationCommand.ListenPort).Distinct()]),
            Table = host.Names.SharedTableOf(plan.Namespace, plan.Workload),
        };
    }

    /// <summary>True when another workload of ours is attached in the same namespace.</summary>
    private bool IsShared(string path) => host.Run.LoadAll().Any(r => r.NamespacePath is string other && NamespaceProcesses.Same(other, path));

    private static bool SameNetwork(string? a, string? b) => a is null || b is null ? a == b : NamespaceProcesses.Same(a, b);

    /// <summary>The usual ports in a namespace of its own; in a shared one the first set of which nobody has any.</summary>
    private ProxyPorts ChoosePorts(WorkloadRecord record, NetworkNamespace network)
    {
        // A neighbour that was put on record a moment ago does not listen yet.
        HashSet<int> taken = [.. host.Run.LoadAll().Where(r => r.Transparent && SameNetwork(r.NamespacePath, network.Path)).Select(r => r.Ports.Tunnel)];
        for (int index = 0; index < ProxyPorts.SetsMax; index++)
        {
            ProxyPorts ports = ProxyPorts.Set(index);
            int[] all = [ports.Outbound, ports.Inbound, ports.Tunnel, ports.Admin, ports.Dns];
            if (!taken.Contains(ports.Tunnel) && all.All(p => LocalPorts.IsFree(network, IPAddress.Any, p)))
            {
                return ports;
            }

            if (record.Cgroup is null)
            {
                break;
            }
        }

        throw HostErrors.Fail(HostErrors.PortsUsedUp, $"the proxy's ports ({ProxyPorts.Default.Outbound} to {ProxyPorts.Default.Dns}) are taken in {network}", null, "end what listens there: ss -ltnp");
    }

    private static async Task<bool> HasRouteAsync(NetworkNamespace network, string block, CancellationToken cancel) =>
        (await network.TryRunAsync(["ip", "route", "get", block[..block.IndexOf('/', StringComparison.Ordinal)]], cancel)).Ok;

    /// <summary>A control plane on this machine: over loopback from the machine's own namespace, else over the way out of the namespace.</summary>
    private static async Task<string> ControlOfAsync(NetworkNamespace network, CancellationToken cancel)
    {
        const int port = 15010;
        if (network.Path is null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        }

        foreach (string family in (string[])["-4", "-6"])
        {
            using var document = JsonDocument.Parse(await network.RunAsync(["ip", "-j", family, "route", "show", "default"], cancel));
            foreach (JsonElement route in document.RootElement.EnumerateArray())
            {
                if (route.TryGetProperty("gateway", out JsonElement gateway) && IPAddress.TryParse(gateway.GetString(), out IPAddress? address) && !address.IsIPv6LinkLocal)
                {
                    return new IPEndPoint(address, port).ToString();
                }
            }
        }

        throw HostErrors.Fail(HostErrors.NoAddress, $"{network} has no default route, so the control plane's address there is not known", null, "give it with --control ADDRESS:15010");
    }

    /// <summary>The resolver that the application uses now, for names outside the mesh.</summary>
    private static string? ResolverOf(EnrollTarget target)
    {
        string[] files = target.Pid is int pid
            ? [Path.Combine("/proc", pid.ToString(CultureInfo.InvariantCulture), "root", "etc/resolv.conf")]
            : [$"/etc/netns/{target.NamespaceName}/resolv.conf", "/etc/resolv.conf"];
        foreach (string file in files.Where(File.Exists))
        {
            foreach (string line in File.ReadLines(file))
            {
                string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                if (words is ["nameserver", string server, ..] && IPAddress.TryParse(server, out IPAddress? address))
                {
                    return address.ToString();
                }
            }
        }

        return null;
    }
}
