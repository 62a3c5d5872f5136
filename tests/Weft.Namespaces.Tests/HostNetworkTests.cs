using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Weft.Cli.Host;
using Xunit;

namespace Weft.Namespaces.Tests;

public sealed class HostNetworkTests
{
    [Fact]
    public async Task Workloads_get_addresses_of_their_own_and_reach_each_other()
    {
        await using var host = new TestHost();
        IPAddress a = await AddAsync(host, "a");
        IPAddress b = await AddAsync(host, "b");
        Assert.NotEqual(a, b);
        Assert.True(host.Names.Subnet.Contains(a));

        using Socket listener = NamespaceSocket.Create(NetworkNamespace.Named(host.Names.NamespaceOf("default", "b")));
        listener.Bind(new IPEndPoint(IPAddress.Any, 8080));
        listener.Listen();
        using Socket client = NamespaceSocket.Create(NetworkNamespace.Named(host.Names.NamespaceOf("default", "a")));
        await client.ConnectAsync(b, 8080, TestHost.Cancel);
        using Socket accepted = await listener.AcceptAsync(TestHost.Cancel);
        Assert.Equal(a, ((IPEndPoint)accepted.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task Making_the_same_namespace_again_changes_nothing()
    {
        await using var host = new TestHost();
        IPAddress first = await AddAsync(host, "a");
        IReadOnlyList<string> before = await host.TracesAsync();
        Assert.Equal(first, await AddAsync(host, "a"));
        Assert.Equal(before, await host.TracesAsync());
    }

    [Fact]
    public async Task Addresses_are_never_given_twice_even_when_many_ask_at_once()
    {
        await using var host = new TestHost();
        IPAddress[] all = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => AddAsync(host, $"w{i}")));
        Assert.Equal(6, all.Distinct().Count());
    }

    [Fact]
    public async Task An_address_given_back_is_not_the_next_to_be_given()
    {
        await using var host = new TestHost();
        IPAddress first = await AddAsync(host, "a");
        await AddAsync(host, "keep");
        await host.Network.RemoveNamespaceAsync(host.Names.NamespaceOf("default", "a"), TestHost.Cancel);
        Assert.NotEqual(first, await AddAsync(host, "b"));
    }

    [Fact]
    public async Task A_namespace_whose_link_was_lost_is_made_anew()
    {
        await using var host = new TestHost();
        await AddAsync(host, "a");
        string netns = host.Names.NamespaceOf("default", "a");
        await HostCommand.RunAsync("ip", ["link", "delete", "dev", host.Names.HostLinkOf(netns)], TestHost.Cancel);
        IPAddress address = await AddAsync(host, "a");
        Assert.Contains(await host.Network.LinksAsync(TestHost.Cancel), l => l.Address!.Equals(address));
    }

    [Fact]
    public async Task With_the_last_namespace_the_bridge_goes_too()
    {
        await using var host = new TestHost();
        await AddAsync(host, "a");
        Assert.True(await host.Network.HasBridgeAsync(TestHost.Cancel));
        await host.Network.RemoveNamespaceAsync(host.Names.NamespaceOf("default", "a"), TestHost.Cancel);
        Assert.False(await host.Network.HasBridgeAsync(TestHost.Cancel));
    }

    [Fact]
    public async Task After_a_crash_down_removes_namespaces_rules_processes_and_files()
    {
        await using var host = new TestHost();
        await AddAsync(host, "a");
        NetworkNamespace netns = NetworkNamespace.Named(host.Names.NamespaceOf("default", "a"));
        await Nft.ApplyAsync(netns, new CaptureRules { Table = host.Names.Table, Ports = ProxyPorts.Default }.Capture(), TestHost.Cancel);
        using Process inside = await host.StartAsync(netns, "sleep", "600");
        using Process outside = await host.StartAsync(NetworkNamespace.Ours, "sleep", "600");

        // No record was written, as if the writer had died before.
        await new HostCleaner(host.Context).RemoveAllAsync(TestHost.Cancel);

        Assert.Empty(await host.TracesAsync());
        Assert.True(inside.HasExited && outside.HasExited);
        await new HostCleaner(host.Context).RemoveAllAsync(TestHost.Cancel);
    }

    [Fact]
    public async Task Down_spares_a_process_that_took_over_a_recorded_number()
    {
        await using var host = new TestHost();
        using Process stranger = Process.Start("sleep", "600");
        ProcessIdentity real = ProcessIdentity.TryOf(stranger.Id)!;
        host.Context.Run.Ensure();
        host.Context.Run.Save(new WorkloadRecord
        {
            Namespace = "default",
            Workload = "a",
            Service = "a",
            Kind = WorkloadRecord.Run,
            Proxy = real with { StartTicks = real.StartTicks - 1 },
            Application = real with { StartTicks = real.StartTicks - 1 },
        });
        await new HostCleaner(host.Context).RemoveAllAsync(TestHost.Cancel);
        Assert.True(real.IsAlive);
        stranger.Kill();
        await stranger.WaitForExitAsync(TestHost.Cancel);
        Assert.False(real.IsAlive);
    }

    private static Task<IPAddress> AddAsync(TestHost host, string workload) =>
        host.Network.EnsureNamespaceAsync(host.Names.NamespaceOf("default", workload), $"default/{workload}", null, TestHost.Cancel);
}
