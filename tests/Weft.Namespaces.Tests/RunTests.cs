using Weft.Cli;
using Weft.Cli.Host;
using Xunit;

namespace Weft.Namespaces.Tests;

public sealed class RunTests
{
    [Fact]
    public async Task A_program_runs_in_a_namespace_of_its_own_and_leaves_nothing_behind()
    {
        await using var host = new TestHost();
        string answer = Path.Combine(Path.GetTempPath(), $"{host.Names.Prefix}-answer");
        WorkloadPlan plan = Plan(host, "sh", "-c", "echo $PORT $CART_URL $GREETING >\"$0\"; grep nameserver /etc/resolv.conf >>\"$0\"; ip -4 -br address show dev eth0 >>\"$0\"; exit 7", answer) with
        {
            Environment = new SortedDictionary<string, string> { ["GREETING"] = "hello" },
            Upstreams = [new Upstream("cart", 8080)],
        };
        using RunningWorkload workload = await StartAsync(host, plan);
        await workload.WaitForExitAsync(TestHost.Cancel);
        Assert.Equal(7, workload.ExitCode);
        Assert.Equal(["token"], Starts(host));
        await workload.StopAsync(TimeSpan.FromSeconds(2));

        string[] lines = await File.ReadAllLinesAsync(answer, TestHost.Cancel);
        File.Delete(answer);
        Assert.Equal("8080 http://cart:8080 hello", lines[0]);
        Assert.Equal($"nameserver {host.Names.Gateway}", lines[1]);
        Assert.Contains($"{workload.Record.Address}/24", lines[2], StringComparison.Ordinal);
        Assert.Empty(host.Context.Run.LoadAll());
        host.Context.Run.Remove();
        Assert.Empty(await host.TracesAsync());
    }

    [Fact]
    public async Task A_killed_proxy_comes_back_by_its_certificate()
    {
        await using var host = new TestHost();
        using RunningWorkload workload = await StartAsync(host, Plan(host, "sleep", "600"));
        ProcessIdentity first = host.Context.Run.TryLoad("default-web")!.Proxy!;
        first.Signal(Native.SignalKill);
        await Fake.EventuallyAsync(() => host.Context.Run.TryLoad("default-web")!.Proxy is { IsAlive: true } again && again != first && Starts(host).Length == 2);
        Assert.Equal(["token", "certificate"], Starts(host));
        await workload.StopAsync(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_proxy_that_does_not_start_is_explained_and_nothing_is_left()
    {
        await using var host = new TestHost();
        string broken = Path.Combine(Path.GetTempPath(), $"{host.Names.Prefix}-broken");
        await File.WriteAllTextAsync(broken, "#!/bin/sh\necho the token was used >&2\nexit 3\n", TestHost.Cancel);
        File.SetUnixFileMode(broken, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        CliException failure = await Assert.ThrowsAsync<CliException>(() => StartAsync(host, Plan(host, "sleep", "600") with { ProxyProgram = broken }));
        File.Delete(broken);
        Assert.Equal(HostErrors.ProxyNotReady, failure.Findings[0].Code);
        Assert.Equal("the token was used", failure.Findings[0].Cause);
        host.Context.Run.Remove();
        Assert.Empty(await host.TracesAsync());
    }

    [Fact]
    public async Task A_name_that_runs_already_is_refused()
    {
        await using var host = new TestHost();
        using RunningWorkload workload = await StartAsync(host, Plan(host, "sleep", "600"));
        CliException failure = await Assert.ThrowsAsync<CliException>(() => StartAsync(host, Plan(host, "sleep", "600")));
        Assert.Equal(ExitCode.Conflict, failure.ExitCode);
        Assert.False(workload.HasExited);
        await workload.StopAsync(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task In_explicit_mode_every_workload_has_local_ports_of_its_own()
    {
        await using var host = new TestHost();
        string answer = Path.Combine(Path.GetTempPath(), $"{host.Names.Prefix}-ports");
        WorkloadPlan plan = Plan(host, "sh", "-c", "echo $PORT $CART_ADDR >\"$0\"; sleep 600", answer) with { Transparent = false, Upstreams = [new Upstream("cart", 8080)] };
        using RunningWorkload a = await StartAsync(host, plan);
        using RunningWorkload b = await StartAsync(host, plan with { Workload = "web-2", Command = ["sleep", "600"] });
        int[] ports = [.. a.Record.LocalPorts, .. b.Record.LocalPorts];
        Assert.Equal(ports.Length, ports.Distinct().Count());
        Assert.Null(a.Record.Table);
        await Fake.EventuallyAsync(() => File.Exists(answer) && File.ReadAllText(answer).EndsWith('\n'));
        Assert.Equal($"{a.Plan.Ports[0].Target![10..]} 127.0.0.1:{a.Plan.Upstreams[0].LocalPort}", (await File.ReadAllTextAsync(answer, TestHost.Cancel)).Trim());
        File.Delete(answer);
        await a.StopAsync(TimeSpan.FromSeconds(2));
        await b.StopAsync(TimeSpan.FromSeconds(2));
    }

    internal static WorkloadPlan Plan(TestHost host, params string[] command) => new()
    {
        Namespace = "default",
        Service = "web",
        Workload = "web",
        Ports = [new WorkloadPort(8080)],
        ProxyProgram = Fake.Proxy,
        Control = $"{host.Names.Gateway}:15010",
        Command = command,
    };

    private static Task<RunningWorkload> StartAsync(TestHost host, WorkloadPlan plan) =>
        new WorkloadRunner(host.Context).StartAsync(plan, _ => Task.FromResult("secret"), TestHost.Cancel);

    private static string[] Starts(TestHost host) => File.ReadAllLines(Path.Combine(host.Context.Run.StateOf("default-web"), "starts"));
}
