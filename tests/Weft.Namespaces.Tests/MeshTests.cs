using System.Diagnostics;
using System.Net;
using Weft.Cli.Api;
using Weft.Cli.Commands;
using Weft.Cli.Demo;
using Weft.Cli.Host;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.Namespaces.Tests;

/// <summary>Real proxies and a real control plane around programs that know nothing of them.</summary>
public sealed class MeshTests
{
    [Fact]
    public async Task Workloads_call_each_other_by_name_under_mutual_tls()
    {
        await using var host = new TestHost();
        using DemoControlPlane plane = await StartAsync(host);
        using ApiClient api = plane.OpenApi();
        var runner = new WorkloadRunner(host.Context);
        string answer = Path.Combine(host.Names.RunDirectory, "answer");
        WorkloadPlan web = Plan(host, plane, "web", "python3", Fake.PathOf("origin.py"));
        const string call = "import sys,urllib.request; open(sys.argv[1],'wb').write(urllib.request.urlopen('http://web:8080/',timeout=20).read())";
        WorkloadPlan client = Plan(host, plane, "client", "python3", "-c", call, answer) with { Ports = [] };

        using RunningWorkload serving = await runner.StartAsync(web, AttachOptions.TokensFor(api, web), TestHost.Cancel);
        await Fake.EventuallyAsync(() => api.StatusAsync(TestHost.Cancel).GetAwaiter().GetResult().Proxies.Any(p => p.Health == "healthy"));
        using RunningWorkload calling = await runner.StartAsync(client, AttachOptions.TokensFor(api, client), TestHost.Cancel);
        await calling.WaitForExitAsync(TestHost.Cancel);
        Assert.Equal(0, calling.ExitCode);
        Assert.Equal("ok", await File.ReadAllTextAsync(answer, TestHost.Cancel));
        TrafficRow edge = await EdgeAsync(api, "default/client", "default/web");
        Assert.Equal(1, edge.MutualTls);
        Assert.EndsWith("/ns/default/svc/client", edge.SourceIdentity, StringComparison.Ordinal);

        await calling.StopAsync(TimeSpan.FromSeconds(3));
        await serving.StopAsync(TimeSpan.FromSeconds(3));
        await plane.StopAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Joining_and_leaving_under_load_loses_nothing(bool v6)
    {
        await using var host = new TestHost();
        using DemoControlPlane plane = await StartAsync(host);
        using ApiClient api = plane.OpenApi();
        (NetworkNamespace client, IPAddress own) = await AddAsync(host, "client", v6 ? "fd00:78::1" : null);
        (NetworkNamespace server, IPAddress address) = await AddAsync(host, "server", v6 ? "fd00:78::2" : null);
        using Process origin = await Fake.StartAsync(host, server, "origin.py");
        using Process calls = await Fake.StartAsync(host, client, "calls.py", address.ToString());

        await EnrollAsync(host, plane, api, Plan(host, plane, "client") with { Ports = [], Address = own }, calls);
        await EnrollAsync(host, plane, api, Plan(host, plane, "server") with { Address = address }, origin);
        Assert.Equal(1, (await EdgeAsync(api, "default/client", "default/server")).MutualTls);

        if (v6)
        {
            // By name, too: there is a virtual address of IPv6, and it leads to the same place.
            const string call = "import socket,http.client; a=socket.getaddrinfo('server',8080,socket.AF_INET6,socket.SOCK_STREAM)[0][4][0]\n"
                + "c=http.client.HTTPConnection(a,8080,timeout=10); c.request('GET','/'); print(a[:15],c.getresponse().read().decode())";
            Assert.Equal("fd77:6566:7400: ok\n", await client.RunAsync(["python3", "-c", call], TestHost.Cancel));
        }

        // The called one first: its caller must find the way without it.
        foreach (string workload in (string[])["default-server", "default-client"])
        {
            WorkloadRecord record = host.Context.Run.TryLoad(workload)!;
            Assert.Equal(0, await new Detachment(host.Context).LeaveAsync(record, TimeSpan.FromSeconds(20), _ => { }, TestHost.Cancel));
        }

        (int sent, int failed) = await Fake.FinishCallsAsync(calls);
        Assert.True(sent > 100, $"{sent} calls");
        Assert.Equal(0, failed);
        await plane.StopAsync();
    }

    [Fact]
    public async Task An_application_is_told_of_its_client_by_the_mesh_and_by_a_load_balancer_that_may_speak_for_others()
    {
        await using var host = new TestHost();
        using DemoControlPlane plane = await StartAsync(host);
        using ApiClient api = plane.OpenApi();
        (NetworkNamespace balancer, IPAddress trusted) = await AddAsync(host, "balancer", null);
        (NetworkNamespace client, IPAddress own) = await AddAsync(host, "client", null);
        (NetworkNamespace server, IPAddress address) = await AddAsync(host, "server", null);
        using Process application = await Fake.StartAsync(host, server, "addressed.py");
        WorkloadPlan plan = Plan(host, plane, "server") with
        {
            Address = address, Ports = [new WorkloadPort(8080, "tcp")], ProxyExtras = ["--app-proxy-protocol=v1", $"--proxy-protocol-from={trusted}"],
        };
        await EnrollAsync(host, plane, api, plan, application);

        const string ask = "import socket,sys; s=socket.create_connection((sys.argv[1],8080),timeout=10); s.sendall(sys.argv[2].encode()); print(s.getsockname()[1], s.makefile().readline(), end='')";
        string[] direct = (await client.RunAsync(["python3", "-c", ask, address.ToString(), "x\n"], TestHost.Cancel)).Split(' ', 2);
        Assert.Equal($"PROXY TCP4 {own} {address} {direct[0]} 8080\n", direct[1]);
        string spoken = await balancer.RunAsync(["python3", "-c", ask, address.ToString(), "PROXY TCP4 192.0.2.9 192.0.2.1 1111 443\r\nx\n"], TestHost.Cancel);
        Assert.EndsWith(" PROXY TCP4 192.0.2.9 192.0.2.1 1111 443\n", spoken, StringComparison.Ordinal);

        using Process calls = await Fake.StartAsync(host, client, "origin.py");
        await EnrollAsync(host, plane, api, Plan(host, plane, "client") with { Ports = [], Address = own }, calls);
        string[] meshed = (await client.RunAsync(["python3", "-c", ask, address.ToString(), "x\n"], TestHost.Cancel)).Split(' ', 2);
        Assert.Equal($"PROXY TCP4 {own} {address} {meshed[0]} 8080\n", meshed[1]);
        await EdgeAsync(api, "default/client", "default/server");
        await plane.StopAsync();
    }

    /// <summary>The tenth of the failures that why explains (the others: WhyTests of the native suite): only captured traffic can come in plain.</summary>
    [Fact]
    public async Task A_plain_call_to_a_strict_service_is_refused_and_why_says_so()
    {
        await using var host = new TestHost();
        using DemoControlPlane plane = await StartAsync(host);
        using ApiClient api = plane.OpenApi();
        (NetworkNamespace client, _) = await AddAsync(host, "client", null);
        (NetworkNamespace server, IPAddress address) = await AddAsync(host, "server", null);
        using Process application = await Fake.StartAsync(host, server, "origin.py");
        await EnrollAsync(host, plane, api, Plan(host, plane, "server") with { Address = address }, application);

        const string ask = "import sys,urllib.request,urllib.error\n"
            + "try: r=urllib.request.urlopen('http://'+sys.argv[1]+':8080/',timeout=5); print(r.status)\n"
            + "except urllib.error.HTTPError as e: print(e.code, e.headers.get('x-weft-reason'))\n"
            + "except OSError as e: print('refused')";
        async Task<string> CallAsync() => (await client.RunAsync(["python3", "-c", ask, address.ToString()], TestHost.Cancel)).Trim();
        Assert.Equal("200", await CallAsync());
        const string strict = "apiVersion: weft.mesh/v1\nkind: NamespacePolicy\nmetadata: {name: default}\nspec: {mtls: strict, defaultAction: allow}\n";
        await api.CommitAsync(new CommitRequest { Documents = [new SourceDocument("strict.yaml", strict)], Namespace = "default" }, TestHost.Cancel);
        string told = "";
        await Fake.EventuallyAsync(() => (told = CallAsync().GetAwaiter().GetResult()) != "200");
        Assert.DoesNotContain("200", told, StringComparison.Ordinal);

        WhyAnswer why = await api.WhyAsync(new WhyRequest("default/client", "default/server", 8080, "GET", "/", []), TestHost.Cancel);
        Assert.Equal((false, "PLAINTEXT_REFUSED"), (why.Verdict.Ok, why.Verdict.Code));
        Assert.Equal("policy", why.Steps.First(static step => !step.Ok).Name);
        Assert.Contains("default/client has no proxy", why.Verdict.Text, StringComparison.Ordinal);
        await plane.StopAsync();
    }

    private static async Task<DemoControlPlane> StartAsync(TestHost host)
    {
        string server = BuiltPrograms.Server;
        var plane = new DemoControlPlane(host.Context, transparent: true);
        string data = Path.Combine(host.Names.RunDirectory, DemoPaths.Folder);
        host.Context.Run.Ensure();
        Directory.CreateDirectory(data);
        await plane.StartAsync(server, data, TestHost.Cancel);
        return plane;
    }

    private static WorkloadPlan Plan(TestHost host, DemoControlPlane plane, string name, params string[] command) =>
        RunTests.Plan(host, command) with { Service = name, Workload = name, ProxyProgram = BuiltPrograms.Proxy, Control = plane.Control };

    private static async Task EnrollAsync(TestHost host, DemoControlPlane plane, ApiClient api, WorkloadPlan plan, Process process)
    {
        var enrollment = new Enrollment(host.Context);
        WorkloadRecord record = await enrollment.PrepareAsync(plan, new EnrollTarget(Pid: process.Id), plane.Control, TestHost.Cancel);
        await Enrollment.HoldAsync(record, TestHost.Cancel);
        await BackgroundKeeper.StartAsync(host.Context, record, Fake.Weft, await AttachOptions.TokensFor(api, plan)(TestHost.Cancel), TestHost.Cancel);
        await enrollment.CaptureAsync(record, TestHost.Cancel);
    }

    private static async Task<TrafficRow> EdgeAsync(ApiClient api, string source, string destination)
    {
        TrafficRow? edge = null;
        await Fake.EventuallyAsync(() =>
        {
            edge = api.EdgesAsync(TimeSpan.FromSeconds(10), null, TestHost.Cancel).GetAwaiter().GetResult().Rows
                .FirstOrDefault(r => r.Source == source && r.Destination == destination && r.Requests > 0 && r.MutualTls > 0.99);
            return edge is not null;
        });
        return edge!;
    }

    private static async Task<(NetworkNamespace Network, IPAddress Address)> AddAsync(TestHost host, string workload, string? v6)
    {
        if (v6 is not null)
        {
            return (await CaptureTests.AddV6Async(host, workload, v6), IPAddress.Parse(v6));
        }

        string name = host.Names.NamespaceOf("default", workload);
        return (NetworkNamespace.Named(name), await host.Network.EnsureNamespaceAsync(name, $"default/{workload}", null, TestHost.Cancel));
    }
}
