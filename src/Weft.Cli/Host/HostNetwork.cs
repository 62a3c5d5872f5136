using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Weft.Cli.Host;

/// <summary>
/// The bridge, and one network namespace with an address per workload. Every method may be repeated; what exists already stays. What exists is read from the kernel,
/// never from memory: an address belongs to a namespace because the host's link says so.
/// </summary>
internal sealed class HostNetwork(HostNames names, RunDirectory run)
{
    private const string ConfigurationFolder = "/etc/netns";

    private string CreatedConfigurationMarker => Path.Combine(names.RunDirectory, "made-etc-netns");

    /// <summary>Makes the namespace with its pair of interfaces, its address, routes and resolver, and the bridge before it if it is the first.</summary>
    /// <param name="netns">From <see cref="HostNames.NamespaceOf"/>.</param>
    /// <param name="workload">"namespace/workload", for people who read <c>ip link</c>.</param>
    /// <param name="wanted">The address to take, or null for the next free one.</param>
    /// <exception cref="CliException">No address is left, or the host refuses.</exception>
    public async Task<IPAddress> EnsureNamespaceAsync(string netns, string workload, IPAddress? wanted, CancellationToken cancel)
    {
        using IDisposable held = await run.LockAsync(cancel);
        await EnsureBridgeAsync(cancel);
        IReadOnlyList<HostLink> links = await LinksAsync(cancel);
        string link = names.HostLinkOf(netns);
        if (links.FirstOrDefault(l => l.Name == link)?.Address is IPAddress existing && (await NamespacesAsync(cancel)).Contains(netns))
        {
            return existing;
        }

        await RemoveNamespaceLockedAsync(netns, cancel);
        IPAddress address = wanted ?? Allocate(links.Select(l => l.Address).OfType<IPAddress>().ToHashSet());
        try
        {
            await MakeNamespaceAsync(netns, workload, link, address, cancel);
        }
        catch
        {
            await RemoveNamespaceLockedAsync(netns, CancellationToken.None);
            throw;
        }

        return address;
    }

    /// <summary>Removes a namespace that we made, and the bridge with the last one. Processes in it must have ended.</summary>
    public async Task RemoveNamespaceAsync(string netns, CancellationToken cancel)
    {
        using IDisposable held = await run.LockAsync(cancel);
        await RemoveNamespaceLockedAsync(netns, cancel);
        if ((await LinksAsync(cancel)).Count == 0)
        {
            await IgnoreMissingAsync(["link", "delete", "dev", names.Bridge], cancel);
            RemoveConfigurationFolder();
        }
    }

    /// <summary>Gives a namespace of others a second name that keeps it reachable for us.</summary>
    public static async Task AttachNameAsync(string name, int pid, CancellationToken cancel)
    {
        if (!(await NamespacesAsync(cancel)).Contains(name))
        {
            await HostCommand.RunAsync("ip", ["netns", "attach", name, pid.ToString(CultureInfo.InvariantCulture)], cancel);
        }
    }

    /// <summary>Takes the second name away; the namespace lives on with its processes.</summary>
    public static Task DetachNameAsync(string name, CancellationToken cancel) =>
        IgnoreMissingAsync(["netns", "delete", name], cancel);

    /// <summary>All named namespaces of this machine.</summary>
    public static async Task<IReadOnlyList<string>> NamespacesAsync(CancellationToken cancel)
    {
        if (!Directory.Exists(NetworkNamespace.NamesFolder))
        {
            return [];
        }

        string json = await HostCommand.RunAsync("ip", ["-j", "netns", "list"], cancel);
        if (string.IsNullOrWhiteSpace(json))
        {
            return [];
        }

        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(o => o.GetProperty("name").GetString()!)];
    }

    /// <summary>The host's ends of the pairs, by our name or on our bridge.</summary>
    public async Task<IReadOnlyList<HostLink>> LinksAsync(CancellationToken cancel)
    {
        using var document = JsonDocument.Parse(await HostCommand.RunAsync("ip", ["-j", "link", "show", "type", "veth"], cancel));
        return [.. document.RootElement.EnumerateArray()
            .Where(o => o.TryGetProperty("master", out JsonElement m) && m.GetString() == names.Bridge)
            .Select(HostLink.Read)];
    }

    public async Task<bool> HasBridgeAsync(CancellationToken cancel) =>
        (await HostCommand.TryRunAsync("ip", ["link", "show", "dev", names.Bridge], null, cancel)).Ok;

    /// <summary>Removes all links, the bridge and the resolver files, whoever made them.</summary>
    public async Task RemoveEverythingAsync(CancellationToken cancel)
    {
        using IDisposable held = await run.LockAsync(cancel);
        foreach (string netns in await NamespacesAsync(cancel))
        {
            if (netns.StartsWith(names.OwnNamespacePrefix, StringComparison.Ordinal))
            {
                await RemoveNamespaceLockedAsync(netns, cancel);
            }
            else if (netns.StartsWith(names.ForeignNamespacePrefix, StringComparison.Ordinal))
            {
                await DetachNameAsync(netns, cancel);
            }
        }

        foreach (HostLink link in await LinksAsync(cancel))
        {
            await IgnoreMissingAsync(["link", "delete", "dev", link.Name], cancel);
        }

        await IgnoreMissingAsync(["link", "delete", "dev", names.Bridge], cancel);
        if (Directory.Exists(ConfigurationFolder))
        {
            foreach (string folder in Directory.EnumerateDirectories(ConfigurationFolder, names.OwnNamespacePrefix + "*"))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        RemoveConfigurationFolder();
    }

    /// <summary>The address by which others reach a namespace that is not ours: the one with which it speaks to the outside, else its first global one.</summary>
    public static async Task<IPAddress> AddressOfAsync(NetworkNamespace netns, CancellationToken cancel)
    {
        // Addresses of documentation (RFC 5737, RFC 3849): nothing is sent, the kernel only says how it would.
        return await AddressOfAsync(netns, "-4", "192.0.2.1", cancel)
            ?? await AddressOfAsync(netns, "-6", "2001:db8::1", cancel)
            ?? throw HostErrors.Fail(HostErrors.NoAddress, $"{netns} has no address that others could reach", null, "give it one, or say which with --address");
    }

    private static async Task<IPAddress?> AddressOfAsync(NetworkNamespace netns, string family, string outside, CancellationToken cancel)
    {
        HostCommandResult route = await netns.TryRunAsync(["ip", "-j", family, "route", "get", outside], cancel);
        if (route.Ok)
        {
            using var answer = JsonDocument.Parse(route.Output);
            if (answer.RootElement[0].TryGetProperty("prefsrc", out JsonElement source) && !IPAddress.IsLoopback(IPAddress.Parse(source.GetString()!)))
            {
                return IPAddress.Parse(source.GetString()!);
            }
        }

        using var document = JsonDocument.Parse(await netns.RunAsync(["ip", "-j", family, "address", "show", "scope", "global", "up"], cancel));
        IEnumerable<string?> addresses = document.RootElement.EnumerateArray()
            .Where(o => o.TryGetProperty("addr_info", out _))
            .SelectMany(o => o.GetProperty("addr_info").EnumerateArray())
            .Select(a => a.GetProperty("local").GetString());
        return addresses.FirstOrDefault(a => a is not null) is string first ? IPAddress.Parse(first) : null;
    }

    private async Task EnsureBridgeAsync(CancellationToken cancel)
    {
        if (await HasBridgeAsync(cancel))
        {
            return;
        }

        // Without spanning tree a port forwards at once. The hardware address is fixed: a bridge would otherwise take that of its lowest port and change it with them.
        await HostCommand.RunAsync("ip", ["-batch", "-"], cancel, $"""
            link add name {names.Bridge} address {HardwareAddress(names.Gateway)} type bridge stp_state 0 forward_delay 0
            address add {names.Gateway}/{names.Subnet.PrefixLength} broadcast + dev {names.Bridge}
            link set dev {names.Bridge} up

            """);
    }

    private async Task MakeNamespaceAsync(string netns, string workload, string link, IPAddress address, CancellationToken cancel)
    {
        await HostCommand.RunAsync("ip", ["netns", "add", netns], cancel);
        await HostCommand.RunAsync("ip", ["-batch", "-"], cancel, $"""
            link add name {link} type veth peer name eth0 address {HardwareAddress(address)} netns {netns}
            link set dev {link} alias "{HostLink.AliasOf(address, workload)}"
            link set dev {link} master {names.Bridge}
            link set dev {link} up

            """);

        // One family only: an application must not find a way around the rules over link-local IPv6. ::1 stays.
        NetworkNamespace inside = NetworkNamespace.Named(netns);
        await inside.RunAsync(["sysctl", "-q", "-w", "net.ipv6.conf.eth0.disable_ipv6=1"], cancel);
        await inside.RunAsync(["ip", "-batch", "-"], cancel, $"""
            link set dev lo up
            address add {address}/{names.Subnet.PrefixLength} broadcast + dev eth0
            link set dev eth0 up
            route add default via {names.Gateway} dev eth0

            """);
        WriteResolver(netns);
    }

    /// <summary><c>ip netns exec</c> shows this file as <c>/etc/resolv.conf</c>; the rules redirect whatever goes to port 53 to the proxy.</summary>
    private void WriteResolver(string netns)
    {
        if (!Directory.Exists(ConfigurationFolder))
        {
            Directory.CreateDirectory(ConfigurationFolder);
            File.WriteAllText(CreatedConfigurationMarker, "");
        }

        string folder = Path.Combine(ConfigurationFolder, netns);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "resolv.conf"), $"# Written by Weft for {netns}\nnameserver {names.Gateway}\noptions timeout:2 attempts:3\n");
    }

    private async Task RemoveNamespaceLockedAsync(string netns, CancellationToken cancel)
    {
        // The link first: a namespace lives on as long as a process in it does, and its address would stay taken.
        await IgnoreMissingAsync(["link", "delete", "dev", names.HostLinkOf(netns)], cancel);
        await IgnoreMissingAsync(["netns", "delete", netns], cancel);
        string folder = Path.Combine(ConfigurationFolder, netns);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void RemoveConfigurationFolder()
    {
        if (File.Exists(CreatedConfigurationMarker) && Directory.Exists(ConfigurationFolder) && !Directory.EnumerateFileSystemEntries(ConfigurationFolder).Any())
        {
            Directory.Delete(ConfigurationFolder);
            File.Delete(CreatedConfigurationMarker);
        }
    }

    /// <summary>Takes the addresses in turn, so that one just given back rests as long as possible: others may still hold connections to it.</summary>
    private IPAddress Allocate(HashSet<IPAddress> taken)
    {
        uint usable = names.Subnet.Size - 2;
        uint last = run.LastAddressOffset;
        for (uint step = 1; step <= usable; step++)
        {
            uint offset = ((last + step - 1) % usable) + 1;
            IPAddress candidate = names.Subnet.At(offset);
            if (offset >= names.FirstWorkloadOffset && !taken.Contains(candidate))
            {
                run.LastAddressOffset = offset;
                return candidate;
            }
        }

        throw HostErrors.Fail(HostErrors.AddressesUsedUp, $"all {usable + 1 - names.FirstWorkloadOffset} addresses of {names.Subnet} are taken", null, "end a workload, or take a larger block with WEFT_HOST_SUBNET");
    }

    /// <summary>Derived from the address, so that neighbours that remember one need not forget the other.</summary>
    private static string HardwareAddress(IPAddress address)
    {
        byte[] b = address.GetAddressBytes();
        return string.Create(CultureInfo.InvariantCulture, $"02:77:{b[0]:x2}:{b[1]:x2}:{b[2]:x2}:{b[3]:x2}");
    }

    private static async Task IgnoreMissingAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        HostCommandResult result = await HostCommand.TryRunAsync("ip", arguments, null, cancel);
        if (!result.Ok
            && !result.Error.Contains("Cannot find device", StringComparison.Ordinal)
            && !result.Error.Contains("No such file or directory", StringComparison.Ordinal)
            && !result.Error.Contains("No such device", StringComparison.Ordinal))
        {
            throw HostCommand.Failure("ip", arguments, result.Error);
        }
    }
}
