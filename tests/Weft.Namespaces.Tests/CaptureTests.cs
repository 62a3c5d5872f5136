using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Weft.Cli.Host;
using Xunit;

namespace Weft.Namespaces.Tests;

public sealed class CaptureTests
{
    private static readonly ProxyPorts Ports = ProxyPorts.Default;

    [Fact]
    public async Task A_new_connection_goes_to_the_proxy_and_one_opened_before_stays()
    {
        await using var host = new TestHost();
        (NetworkNamespace client, _) = await AddAsync(host, "client");
        (NetworkNamespace server, IPAddress address) = await AddAsync(host, "server");
        using Socket application = Listen(server, IPAddress.Any, 8080);
        using Socket proxy = Listen(client, IPAddress.Loopback, Ports.Outbound);
        (Socket early, Socket earlyPeer) = await ConnectAsync(client, application, address, 8080);

        CaptureRules rules = await CaptureAsync(host, client);
        await PassesAsync(early, earlyPeer);
        (Socket late, Socket latePeer) = await ConnectAsync(client, proxy, address, 8080);
        Assert.Equal(new IPEndPoint(address, 8080), OriginalDestination(latePeer));

        // Flushed rules take nothing new, but what was captured is translated on, until the table goes.
        await Nft.ApplyAsync(client, rules.ReleaseAll(), TestHost.Cancel);
        await PassesAsync(late, latePeer);
        await PassesAsync(early, earlyPeer);
        (Socket after, Socket afterPeer) = await ConnectAsync(client, application, address, 8080);
        await PassesAsync(after, afterPeer);
        foreach (Socket socket in (Socket[])[early, earlyPeer, late, latePeer, after, afterPeer])
        {
            socket.Dispose();
        }
    }

    [Fact]
    public async Task A_connection_from_outside_goes_to_the_inbound_port_but_not_one_to_the_tunnel()
    {
        await using var host = new TestHost();
        (NetworkNamespace client, _) = await AddAsync(host, "client");
        (NetworkNamespace server, IPAddress address) = await AddAsync(host, "server");
        using Socket inbound = Listen(server, IPAddress.Any, Ports.Inbound);
        using Socket tunnel = Listen(server, IPAddress.Any, Ports.Tunnel);
        await CaptureAsync(host, server);

        (Socket plain, Socket plainPeer) = await ConnectAsync(client, inbound, address, 8080);
        Assert.Equal(new IPEndPoint(address, 8080), OriginalDestination(plainPeer));
        (Socket meshed, Socket meshedPeer) = await ConnectAsync(client, tunnel, address, Ports.Tunnel);
        foreach (Socket socket in (Socket[])[plain, plainPeer, meshed, meshedPeer])
        {
            socket.Dispose();
        }
    }

    [Fact]
    public async Task Connections_over_IPv6_are_captured_both_ways_like_those_over_IPv4()
    {
        await using var host = new TestHost();
        NetworkNamespace client = await AddV6Async(host, "client", "fd00:77::1");
        NetworkNamespace server = await AddV6Async(host, "server", "fd00:77::2");
        IPAddress address = IPAddress.Parse("fd00:77::2");
        using Socket outbound = Listen(client, IPAddress.IPv6Loopback, Ports.Outbound);
        using Socket inbound = Listen(server, IPAddress.IPv6Any, Ports.Inbound);
        using Socket tunnel = Listen(server, IPAddress.IPv6Any, Ports.Tunnel);
        (Socket meshed, Socket meshedPeer) = await ConnectAsync(client, tunnel, address, Ports.Tunnel);
        await CaptureAsync(host, server);
        (Socket plain, Socket plainPeer) = await ConnectAsync(client, inbound, address, 8080);
        Assert.Equal(new IPEndPoint(address, 8080), OriginalDestination(plainPeer));
        CaptureRules rules = await CaptureAsync(host, client);
        (Socket captured, Socket capturedPeer) = await ConnectAsync(client, outbound, address, 8080);
        Assert.Equal(new IPEndPoint(address, 8080), OriginalDestination(capturedPeer));
        await PassesAsync(plain, plainPeer);
        await Nft.ApplyAsync(client, rules.ReleaseAll(), TestHost.Cancel);
        await PassesAsync(captured, capturedPeer);
        foreach (Socket socket in (Socket[])[meshed, meshedPeer, plain, plainPeer, captured, capturedPeer])
        {
            socket.Dispose();
        }
    }

    [Fact]
    public async Task Marked_sockets_and_loopback_pass_the_rules_by()
    {
        await using var host = new TestHost();
        (NetworkNamespace client, _) = await AddAsync(host, "client");
        (NetworkNamespace server, IPAddress address) = await AddAsync(host, "server");
        using Socket application = Listen(server, IPAddress.Any, 8080);
        using Socket local = Listen(client, IPAddress.Loopback, 8080);
        using Socket proxy = Listen(client, IPAddress.Loopback, Ports.Outbound);
        await CaptureAsync(host, client);

        using Socket marked = NamespaceSocket.Create(client);
        const int socketLevel = 1;
        const int markOption = 36;
        marked.SetRawSocketOption(socketLevel, markOption, BitConverter.GetBytes(CaptureRules.ProxyMark));
        await marked.ConnectAsync(address, 8080, TestHost.Cancel);
        using Socket markedPeer = await application.AcceptAsync(TestHost.Cancel);
        (Socket own, Socket ownPeer) = await ConnectAsync(client, local, IPAddress.Loopback, 8080);
        Assert.False(proxy.Poll(0, SelectMode.SelectRead));
        own.Dispose();
        ownPeer.Dispose();
    }

    [Fact]
    public async Task Questions_to_any_resolver_reach_the_proxy_until_names_are_released()
    {
        await using var host = new TestHost();
        (NetworkNamespace client, _) = await AddAsync(host, "client");
        CaptureRules rules = await CaptureAsync(host, client);
        string script = "import socket,sys; r=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); r.bind(('127.0.0.1',15053)); r.settimeout(1)\n"
            + "for a in sys.argv[1:]:\n s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.sendto(b'q',(a,53))\n try: print(a, r.recv(9).decode())\n except TimeoutError: print(a,'lost')";
        string[] ask = ["python3", "-c", script, host.Names.Gateway.ToString(), "127.0.0.53"];
        Assert.Equal($"{host.Names.Gateway} q\n127.0.0.53 q\n", await client.RunAsync(ask, TestHost.Cancel));
        await Nft.ApplyAsync(client, rules.ReleaseNames(), TestHost.Cancel);
        Assert.Equal($"{host.Names.Gateway} lost\n127.0.0.53 lost\n", await client.RunAsync(ask, TestHost.Cancel));
    }

    [Fact]
    public async Task In_a_shared_namespace_only_the_processes_of_the_cgroup_are_captured()
    {
        await using var host = new TestHost();
        (NetworkNamespace client, _) = await AddAsync(host, "client");
        string script = "import socket,sys\nfor l in sys.stdin:\n c=socket.socket(); c.settimeout(3)\n try:\n  c.connect(('192.0.2.7',9999)); print('captured',flush=True)\n except OSError: print('refused',flush=True)";
        // The address is nobody's; a route to it over loopback makes the kernel refuse at once.
        await client.RunAsync(["ip", "address", "add", "192.0.2.7/32", "dev", "lo"], TestHost.Cancel);
        using Process member = StartAsking(host, client, script);
        using Process neighbour = StartAsking(host, client, script);
        using Socket proxy = Listen(client, IPAddress.Loopback, Ports.Outbound);
        Cgroups cgroups = Cgroups.Find();
        string cgroup = cgroups.Enter(member.Id, host.Names.CgroupOf("default", "member"));
        var rules = new CaptureRules { Table = host.Names.SharedTableOf("default", "member"), Ports = Ports, Scope = cgroups.ScopeOf(cgroup, [8080]) };

        Assert.Equal("refused", await AskAsync(member));
        await Nft.ApplyAsync(client, rules.Capture(), TestHost.Cancel);
        Assert.Equal("captured", await AskAsync(member));
        Assert.Equal("refused", await AskAsync(neighbour));

        cgroups.Leave(cgroup);
        Assert.Equal("refused", await AskAsync(member));
        Assert.Empty(cgroups.Named(host.Names.ForeignNamespacePrefix));
        Assert.False(member.HasExited);
        member.Kill();
        neighbour.Kill();
    }

    private static async Task<CaptureRules> CaptureAsync(TestHost host, NetworkNamespace netns)
    {
        var rules = new CaptureRules { Table = host.Names.Table, Ports = Ports };
        await Nft.ApplyAsync(netns, rules.Capture(), TestHost.Cancel);

        // Applied again it is the same: as a repeated command would do.
        string before = await netns.RunAsync(["nft", "list", "ruleset"], TestHost.Cancel);
        await Nft.ApplyAsync(netns, rules.Capture(), TestHost.Cancel);
        Assert.Equal(before, await netns.RunAsync(["nft", "list", "ruleset"], TestHost.Cancel));
        return rules;
    }

    private static async Task<(NetworkNamespace Network, IPAddress Address)> AddAsync(TestHost host, string workload)
    {
        string name = host.Names.NamespaceOf("default", workload);
        IPAddress address = await host.Network.EnsureNamespaceAsync(name, $"default/{workload}", null, TestHost.Cancel);
        return (NetworkNamespace.Named(name), address);
    }

    internal static async Task<NetworkNamespace> AddV6Async(TestHost host, string workload, string address)
    {
        (NetworkNamespace netns, _) = await AddAsync(host, workload);
        await netns.RunAsync(["sysctl", "-q", "-w", "net.ipv6.conf.eth0.disable_ipv6=0"], TestHost.Cancel);
        await netns.RunAsync(["ip", "address", "add", $"{address}/64", "dev", "eth0", "nodad"], TestHost.Cancel);
        return netns;
    }

    private static Socket Listen(NetworkNamespace netns, IPAddress address, int port)
    {
        Socket socket = NamespaceSocket.Create(netns, address.AddressFamily);
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen();
        return socket;
    }

    private static async Task<(Socket Client, Socket Accepted)> ConnectAsync(NetworkNamespace from, Socket listener, IPAddress address, int port)
    {
        Socket socket = NamespaceSocket.Create(from, address.AddressFamily);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestHost.Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        await socket.ConnectAsync(address, port, limit.Token);
        return (socket, await listener.AcceptAsync(limit.Token));
    }

    private static async Task PassesAsync(Socket a, Socket b)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestHost.Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        byte[] one = new byte[1];
        await a.SendAsync(new byte[] { 42 }, limit.Token);
        Assert.Equal(1, await b.ReceiveAsync(one, limit.Token));
        await b.SendAsync(one, limit.Token);
        Assert.Equal(1, await a.ReceiveAsync(one, limit.Token));
        Assert.Equal(42, one[0]);
    }

    private static IPEndPoint OriginalDestination(Socket accepted)
    {
        const int solIp = 0;
        const int solIpv6 = 41;
        const int soOriginalDst = 80;
        if (accepted.AddressFamily == AddressFamily.InterNetworkV6)
        {
            byte[] whole = new byte[28];
            accepted.GetRawSocketOption(solIpv6, soOriginalDst, whole);
            return new IPEndPoint(new IPAddress(whole.AsSpan(8, 16)), (whole[2] << 8) | whole[3]);
        }

        byte[] address = new byte[16];
        accepted.GetRawSocketOption(solIp, soOriginalDst, address);
        return new IPEndPoint(new IPAddress(address.AsSpan(4, 4)), (address[2] << 8) | address[3]);
    }

    private static Process StartAsking(TestHost host, NetworkNamespace netns, string script) =>
        ChildProcess.Start(netns.Wrap(["python3", "-c", script]), host.Context.Run, pipes: true);

    private static async Task<string?> AskAsync(Process process)
    {
        await process.StandardInput.WriteLineAsync("go");
        await process.StandardInput.FlushAsync(TestHost.Cancel);
        return await process.StandardOutput.ReadLineAsync(TestHost.Cancel);
    }
}
