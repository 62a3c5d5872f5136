using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Weft.Cli.Host;
using Xunit;

namespace Weft.Namespaces.Tests;

public sealed class EnrollTests
{
    [Fact]
    public async Task Joining_and_leaving_under_load_loses_nothing()
    {
        await using var host = new TestHost();
        (NetworkNamespace client, _) = await AddAsync(host, "client");
        (NetworkNamespace server, IPAddress address) = await AddAsync(host, "server");
        using Process origin = await Fake.StartAsync(host, server, "origin.py");
        using Process calls = await Fake.StartAsync(host, client, "calls.py", address.ToString());

        foreach ((string workload, Process process) in ((string, Process)[])[("server", origin), ("client", calls)])
        {
            await EnrollAsync(host, workload, new EnrollTarget(Pid: process.Id));
        }

        await Fake.EventuallyAsync(() => CapturedConnections(client) > 0);
        foreach (WorkloadRecord record in host.Context.Run.LoadAll())
        {
            Assert.Equal(0, await new Detachment(host.Context).LeaveAsync(record, TimeSpan.FromSeconds(20), _ => { }, TestHost.Cancel));
        }

        (int sent, int failed) = await Fake.FinishCallsAsync(calls);
        Assert.True(sent > 50, $"{sent} calls");
        Assert.Equal(0, failed);
        Assert.Empty(host.Context.Run.LoadAll());
        Assert.Empty(await Nft.TablesAsync(client, TestHost.Cancel));
        Assert.DoesNotContain(await HostNetwork.NamespacesAsync(TestHost.Cancel), n => n.StartsWith(host.Names.ForeignNamespacePrefix, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leaving_waits_for_an_open_connection_until_it_is_closed()
    {
        await using var host = new TestHost();
        (NetworkNamespace client, _) = await AddAsync(host, "client");
        (NetworkNamespace server, IPAddress address) = await AddAsync(host, "server");
        using Socket listener = NamespaceSocket.Create(server);
        listener.Bind(new IPEndPoint(IPAddress.Any, 8080));
        listener.Listen();
        WorkloadRecord record = await EnrollAsync(host, "client", new EnrollTarget(NamespaceName: host.Names.NamespaceOf("default", "client")));
        using Socket socket = NamespaceSocket.Create(client);
        await socket.ConnectAsync(address, 8080, TestHost.Cancel);
        using Socket peer = await listener.AcceptAsync(TestHost.Cancel);

        bool draining = false;
        Task<int> leaving = new Detachment(host.Context).LeaveAsync(record, TimeSpan.FromSeconds(30), step => draining |= step == "open connections", TestHost.Cancel);
        await Fake.EventuallyAsync(() => draining);
        await socket.SendAsync(new byte[] { 42 }, TestHost.Cancel);
        Assert.Equal(1, await peer.ReceiveAsync(new byte[1], TestHost.Cancel));
        Assert.False(leaving.IsCompleted);
        socket.Dispose();
        peer.Dispose();
        Assert.Equal(0, await leaving);
        Assert.Empty(await Nft.TablesAsync(client, TestHost.Cancel));
    }

    [Fact]
    public async Task Two_processes_of_one_namespace_get_proxies_and_ports_of_their_own()
    {
        await using var host = new TestHost();
        (NetworkNamespace netns, _) = await AddAsync(host, "both");
        using Process one = await host.StartAsync(netns, "sleep", "600");
        using Process two = await host.StartAsync(netns, "sleep", "600");
        WorkloadRecord first = await EnrollAsync(host, "one", new EnrollTarget(Pid: one.Id));
        WorkloadRecord second = await EnrollAsync(host, "two", new EnrollTarget(Pid: two.Id));
        Assert.Null(first.Cgroup);
        Assert.EndsWith(host.Names.CgroupOf("default", "two"), Cgroups.PathOf(two.Id), StringComparison.Ordinal);
        Assert.NotEqual(first.Ports.Tunnel, second.Ports.Tunnel);
        foreach (WorkloadRecord record in host.Context.Run.LoadAll())
        {
            await new Detachment(host.Context).LeaveAsync(record, TimeSpan.FromSeconds(5), _ => { }, TestHost.Cancel);
        }

        Assert.False(one.HasExited || two.HasExited);
        Assert.Empty(Cgroups.Find().Named(host.Names.ForeignNamespacePrefix));
    }

    [Fact]
    public async Task When_the_enrolled_process_ends_its_proxy_and_rules_go()
    {
        await using var host = new TestHost();
        (NetworkNamespace netns, _) = await AddAsync(host, "short");
        using Process process = await host.StartAsync(netns, "sleep", "600");
        await EnrollAsync(host, "short", new EnrollTarget(Pid: process.Id));
        process.Kill();
        await Fake.EventuallyAsync(() => host.Context.Run.LoadAll().Count == 0);
        Assert.Empty(await Nft.TablesAsync(netns, TestHost.Cancel));
    }

    [Fact]
    public async Task After_a_crash_of_everything_down_frees_the_enrolled_program_and_lets_it_live()
    {
        await using var host = new TestHost();
        const string foreign = "wtforeign";
        await HostCommand.RunAsync("ip", ["netns", "add", foreign], TestHost.Cancel);
        try
        {
            NetworkNamespace netns = NetworkNamespace.Named(foreign);
            await netns.RunAsync(["ip", "-batch", "-"], TestHost.Cancel, "link set lo up\naddress add 192.0.2.9/32 dev lo\nroute add default dev lo\n");
            using Process program = Process.Start("nsenter", [$"--net={netns.Path}", "sleep", "600"]);
            await Fake.EventuallyAsync(() => ProcessTable.NamespaceOf(program.Id) == NamespaceProcesses.Inode(netns.Path!));
            WorkloadRecord record = await EnrollAsync(host, "free", new EnrollTarget(NamespaceName: foreign));
            record.Keeper!.Signal(Native.SignalKill);
            record.Proxy!.Signal(Native.SignalKill);
            Directory.Delete(host.Context.Run.Root, recursive: true);

            await new HostCleaner(host.Context).RemoveAllAsync(TestHost.Cancel);

            Assert.Empty(await Nft.TablesAsync(netns, TestHost.Cancel));
            Assert.False(program.HasExited);
            program.Kill();
        }
        finally
        {
            await HostCommand.RunAsync("ip", ["netns", "delete", foreign], CancellationToken.None);
        }
    }

    private static async Task<WorkloadRecord> EnrollAsync(TestHost host, string workload, EnrollTarget target)
    {
        WorkloadPlan plan = RunTests.Plan(host) with { Service = workload, Workload = workload };
        var enrollment = new Enrollment(host.Context);
        WorkloadRecord record = await enrollment.PrepareAsync(plan, target, $"{host.Names.Gateway}:15010", TestHost.Cancel);
        await Enrollment.HoldAsync(record, TestHost.Cancel);
        await BackgroundKeeper.StartAsync(host.Context, record, Fake.Weft, "secret", TestHost.Cancel);
        await enrollment.CaptureAsync(record, TestHost.Cancel);
        return host.Context.Run.TryLoad(record.Id)!;
    }

    private static int CapturedConnections(NetworkNamespace netns)
    {
        using var admin = new ProxyAdmin(netns, ProxyPorts.Default.Admin);
        return admin.ConnectionsAsync(TestHost.Cancel).GetAwaiter().GetResult() ?? 0;
    }

    private static async Task<(NetworkNamespace Network, IPAddress Address)> AddAsync(TestHost host, string workload)
    {
        string name = host.Names.NamespaceOf("default", workload);
        IPAddress address = await host.Network.EnsureNamespaceAsync(name, $"default/{workload}", null, TestHost.Cancel);
        return (NetworkNamespace.Named(name), address);
    }
}
