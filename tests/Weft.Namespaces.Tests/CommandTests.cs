using System.Diagnostics;
using Weft.Cli.Host;
using Xunit;

namespace Weft.Namespaces.Tests;

/// <summary>The commands as a user types them, with a control plane and a proxy that stand in for the real ones.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task Run_passes_output_and_exit_code_through_and_cleans_up()
    {
        await using var host = new TestHost();
        using Process api = await StartApiAsync(host);
        using Process weft = Weft(host, "run", "--service", "web", "--port", "8080:http1", "--", "sh", "-c", "echo hello from $PORT; exit 3");
        Assert.Equal("hello from 8080", await weft.StandardOutput.ReadLineAsync(TestHost.Cancel));
        await weft.WaitForExitAsync(TestHost.Cancel);
        Assert.Equal(3, weft.ExitCode);
        Assert.Empty(host.Context.Run.LoadAll());
        Assert.False(await host.Network.HasBridgeAsync(TestHost.Cancel));
    }

    [Fact]
    public async Task Sigterm_reaches_the_program_which_may_end_as_it_likes()
    {
        await using var host = new TestHost();
        using Process api = await StartApiAsync(host);
        using Process weft = Weft(host, "run", "--service", "web", "--", "sh", "-c", "trap 'exit 5' TERM; echo up; while :; do sleep 0.1; done");
        Assert.Equal("up", await weft.StandardOutput.ReadLineAsync(TestHost.Cancel));
        ProcessIdentity.TryOf(weft.Id)!.Signal(Native.SignalTerminate);
        await weft.WaitForExitAsync(TestHost.Cancel);
        Assert.Equal(5, weft.ExitCode);
        Assert.Empty(host.Context.Run.LoadAll());
    }

    [Fact]
    public async Task After_kill_9_of_run_down_brings_the_machine_back()
    {
        await using var host = new TestHost();
        using Process api = await StartApiAsync(host);
        using Process weft = Weft(host, "run", "--service", "web", "--port", "8080", "--", "sh", "-c", "echo up; exec sleep 600");
        Assert.Equal("up", await weft.StandardOutput.ReadLineAsync(TestHost.Cancel));
        WorkloadRecord record = await ReadyAsync(host);
        weft.Kill();
        await weft.WaitForExitAsync(TestHost.Cancel);
        Assert.True(record.Application!.IsAlive && record.Proxy!.IsAlive);

        using Process down = Weft(host, "down", "-y");
        await down.WaitForExitAsync(TestHost.Cancel);
        Assert.Equal(0, down.ExitCode);
        Assert.False(record.Application.IsAlive || record.Proxy.IsAlive);
        Assert.Empty(await host.TracesAsync());
    }

    [Fact]
    public async Task A_detached_program_runs_on_until_it_leaves()
    {
        await using var host = new TestHost();
        using Process api = await StartApiAsync(host);
        using Process weft = Weft(host, "run", "--service", "web", "--detach", "--", "sleep", "600");
        await weft.WaitForExitAsync(TestHost.Cancel);
        Assert.Equal(0, weft.ExitCode);
        Assert.True(host.Context.Run.TryLoad("default-web")!.Application!.IsAlive);

        using Process leave = Weft(host, "leave", "web");
        await leave.WaitForExitAsync(TestHost.Cancel);
        Assert.Equal(0, leave.ExitCode);
        Assert.Empty(host.Context.Run.LoadAll());
    }

    private static async Task<WorkloadRecord> ReadyAsync(TestHost host)
    {
        await Fake.EventuallyAsync(() => host.Context.Run.TryLoad("default-web") is { Phase: WorkloadRecord.Ready });
        return host.Context.Run.TryLoad("default-web")!;
    }

    private static string SocketOf(TestHost host) => Path.Combine(host.Names.RunDirectory, "api.sock");

    private static Task<Process> StartApiAsync(TestHost host)
    {
        host.Context.Run.Ensure();
        File.Delete(SocketOf(host));
        return Fake.StartAsync(host, NetworkNamespace.Ours, "api.py", SocketOf(host));
    }

    /// <summary>As a user starts it: without the mark that our own processes carry.</summary>
    private static Process Weft(TestHost host, params string[] arguments)
    {
        var start = new ProcessStartInfo(Fake.Weft, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach ((string name, string value) in host.Names.ToEnvironment())
        {
            start.Environment[name] = value;
        }

        start.Environment["WEFT_SOCKET"] = SocketOf(host);
        start.Environment["WEFT_PROXY_PROGRAM"] = Fake.Proxy;
        return Process.Start(start)!;
    }
}
