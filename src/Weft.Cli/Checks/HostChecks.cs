using System.Globalization;

namespace Weft.Cli.Checks;

/// <summary>Is this host able to run workloads in the mesh? Kernel, privileges, programs, ports, files.</summary>
internal static class HostChecks
{
    public const string Kernel = "kernel";
    public const string Host = "host";

    /// <summary>CAP_NET_ADMIN, CAP_NET_RAW and CAP_SYS_ADMIN, as bits of CapEff.</summary>
    private const ulong NeededCapabilities = (1UL << 12) | (1UL << 13) | (1UL << 21);

    private const int FilesMin = 4096;

    private static readonly int[] ServerPorts = [15010, 15011];

    /// <summary>The rules that capture uses, tried for real in a namespace that ends at once.</summary>
    private const string NatRules =
        "add table ip weft_check\n"
        + "add chain ip weft_check output { type nat hook output priority -100; policy accept; }\n"
        + "add rule ip weft_check output tcp flags & (fin | syn | rst | ack) == syn redirect to :15001\n";

    private const string SocketRules =
        "add table ip weft_check\n"
        + "add chain ip weft_check output { type nat hook output priority -100; policy accept; }\n"
        + "add rule ip weft_check output meta mark 0x77656674 return\n"
        + "add rule ip weft_check output socket cgroupv2 level 1 \"weft-check-none\" return\n";

    /// <param name="probe">The host.</param>
    /// <param name="cli">Data folder and privileges.</param>
    /// <param name="before">True before anything runs: then the server's ports must be free.</param>
    public static IReadOnlyList<Check> All(IHostProbe probe, CliHost cli, bool before)
    {
        var checks = new List<Check>
        {
            new("WF1001", Kernel, "Linux 5.10 or later", _ => Task.FromResult(KernelVersion(probe))),
            new("WF1002", Kernel, "network namespaces", _ => Task.FromResult(Namespaces(probe))),
            new("WF1003", Kernel, "veth pairs and bridges", cancel => LinksAsync(probe, cancel)),
            new("WF1004", Kernel, "nftables can redirect (nat)", cancel => NatAsync(probe, cancel)),
            new("WF1005", Kernel, "nftables can match sockets", cancel => SocketMatchAsync(probe, cancel)),
            new("WF1006", Host, "privileges for transparent capture", _ => Task.FromResult(Privileges(probe))),
            new("WF1007", Host, "program ip", _ => Task.FromResult(Program(probe, "ip", "iproute2"))),
            new("WF1008", Host, "program nft", _ => Task.FromResult(Program(probe, "nft", "nftables"))),
            new("WF1009", Host, "library libssl.so.3", _ => Task.FromResult(OpenSsl(probe))),
            new("WF1010", Host, "open files allowed", _ => Task.FromResult(OpenFiles(probe))),
            new("WF1011", Host, "data folder writable", _ => Task.FromResult(DataFolder(probe, cli))),
        };
        if (before)
        {
            checks.Add(new("WF1012", Host, "ports 15010 and 15011 free", _ => Task.FromResult(Ports(probe))));
        }

        return checks;
    }

    private static CheckAnswer KernelVersion(IHostProbe probe)
    {
        var release = probe.ReadFile("/proc/sys/kernel/osrelease")?.Trim();
        if (release is null)
        {
            return CheckAnswer.Fail("/proc/sys/kernel/osrelease cannot be read", "mount -t proc proc /proc");
        }

        var parts = release.Split('.', '-', '+');
        var known = parts.Length >= 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        var version = known ? new Version(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture)) : new Version(0, 0);
        return version >= new Version(5, 10) ? CheckAnswer.Pass(release) : CheckAnswer.Warn($"this is {release}; Weft is tried on 5.10 and later", "apt-get install linux-image-amd64");
    }

    private static CheckAnswer Namespaces(IHostProbe probe)
        => probe.ReadFile("/proc/self/net/dev") is not null && probe.ReadFile("/proc/sys/user/max_net_namespaces")?.Trim() is not "0"
            ? CheckAnswer.Pass()
            : CheckAnswer.Fail("this kernel makes no network namespaces", "sysctl -w user.max_net_namespaces=10000");

    private static async Task<CheckAnswer> LinksAsync(IHostProbe probe, CancellationToken cancel)
    {
        if (!IsPrivileged(probe))
        {
            return CheckAnswer.Skip("only root can try it");
        }

        var veth = await probe.TryInNewNamespaceAsync("ip", ["link", "add", "weftv0", "type", "veth", "peer", "name", "weftv1"], null, cancel);
        if (veth.ExitCode != 0)
        {
            return CheckAnswer.Fail(veth.Error, "modprobe veth");
        }

        var bridge = await probe.TryInNewNamespaceAsync("ip", ["link", "add", "weftb0", "type", "bridge"], null, cancel);
        return bridge.ExitCode == 0 ? CheckAnswer.Pass() : CheckAnswer.Fail(bridge.Error, "modprobe bridge");
    }

    private static async Task<CheckAnswer> NatAsync(IHostProbe probe, CancellationToken cancel)
    {
        if (!IsPrivileged(probe))
        {
            return CheckAnswer.Skip("only root can try it");
        }

        var (exit, error) = await probe.TryInNewNamespaceAsync("nft", ["-f", "-"], NatRules, cancel);
        return exit == 0 ? CheckAnswer.Pass() : CheckAnswer.Fail(error, "modprobe -a nf_tables nft_chain_nat nft_redir");
    }

    private static async Task<CheckAnswer> SocketMatchAsync(IHostProbe probe, CancellationToken cancel)
    {
        if (!IsPrivileged(probe))
        {
            return CheckAnswer.Skip("only root can try it");
        }

        // The cgroup named does not exist; a kernel that understands the rule says so, one that does not says something else.
        var (exit, error) = await probe.TryInNewNamespaceAsync("nft", ["-f", "-"], SocketRules, cancel);
        return exit == 0 || error.Contains("No such file", StringComparison.Ordinal)
            ? CheckAnswer.Pass()
            : CheckAnswer.Warn($"enrolling a running process by its cgroup will not work: {error}", "modprobe nft_socket");
    }

    private static CheckAnswer Privileges(IHostProbe probe)
        => IsPrivileged(probe)
            ? CheckAnswer.Pass()
            : CheckAnswer.Warn("without root only explicit local ports work, no transparent capture", "sudo weft check --pre");

    private static bool IsPrivileged(IHostProbe probe)
    {
        const string Label = "CapEff:";
        var line = probe.ReadFile("/proc/self/status")?.Split('\n').FirstOrDefault(l => l.StartsWith(Label, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line[Label.Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)
            && (bits & NeededCapabilities) == NeededCapabilities;
    }

    private static CheckAnswer Program(IHostProbe probe, string name, string package)
    {
        if (probe.FindProgram(name) is { } path)
        {
            return CheckAnswer.Pass(path);
        }

        var fix = $"apt-get install -y {package}";
        return IsPrivileged(probe) ? CheckAnswer.Fail($"{name} is not installed", fix) : CheckAnswer.Warn($"{name} is not installed; transparent capture needs it", fix);
    }

    private static CheckAnswer OpenSsl(IHostProbe probe)
        => probe.HasLibrary("libssl.so.3") ? CheckAnswer.Pass() : CheckAnswer.Fail("weft-proxy cannot open OpenSSL 3", "apt-get install -y libssl3");

    private static CheckAnswer OpenFiles(IHostProbe probe)
    {
        var line = probe.ReadFile("/proc/self/limits")?.Split('\n').FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        var words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // "Max open files  <soft>  <hard>  files": proxies raise the soft limit themselves, so the hard one counts.
        if (words is not { Length: >= 5 })
        {
            return CheckAnswer.Skip("/proc/self/limits cannot be read");
        }

        var hard = words[4];
        return hard == "unlimited" || (long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= FilesMin)
            ? CheckAnswer.Pass(hard)
            : CheckAnswer.Warn($"{hard} at most; a busy proxy needs more", "ulimit -Hn 65536");
    }

    private static CheckAnswer DataFolder(IHostProbe probe, CliHost cli)
        => probe.WhyNotWritable(cli.DataDirectory) is not { } why
            ? CheckAnswer.Pass(cli.DataDirectory)
            : CheckAnswer.Fail($"{cli.DataDirectory}: {why}", $"install -d -m 0700 {cli.DataDirectory}");

    private static CheckAnswer Ports(IHostProbe probe)
    {
        var taken = ServerPorts.Where(p => !probe.IsPortFree(p)).ToList();
        return taken.Count == 0
            ? CheckAnswer.Pass()
            : CheckAnswer.Fail($"taken: {string.Join(", ", taken)}", $"ss -ltnp 'sport = :{taken[0]}'   # shows who has it");
    }
}
