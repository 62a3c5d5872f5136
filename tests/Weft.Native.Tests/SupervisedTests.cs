using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>The relay as a service of systemd, which a socket and a small program stand in for.</summary>
public sealed class SupervisedTests : IAsyncLifetime
{
    /// <summary>Opens a listening socket as descriptor 3 and becomes the program, as systemd does for a socket unit.</summary>
    private const string Activator = """
        import os, socket, sys
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", int(sys.argv[1])))
        s.listen(64)
        s.set_inheritable(True)
        os.dup2(s.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES="web")
        print("listening", flush=True)
        sys.stdin.readline()
        os.execv(sys.argv[2], sys.argv[2:])
        """;

    private Origin _origin = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _origin = await Origin.StartAsync();

    public async ValueTask DisposeAsync() => await _origin.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Systemd_hears_of_readiness_upgrade_life_and_end(bool isAbstract)
    {
        using NotifySocket systemd = new(isAbstract);
        int port = Programs.FreePort();
        int admin = Programs.FreePort();
        using Process relay = Start(
            Programs.Proxy,
            ["relay", "--listen", Local(port), "--to", _origin.Http1, "--metrics", Local(admin)],
            ("NOTIFY_SOCKET", systemd.Variable), ("WATCHDOG_USEC", "400000"));
        await using UpgradedProcess process = new(admin);
        try
        {
            Assert.Contains("STATUS=weft-proxy relay ready", await systemd.ExpectAsync("READY=1"), StringComparison.Ordinal);
            await systemd.ExpectAsync("FDSTORE=1");
            await systemd.ExpectAsync("WATCHDOG=1");
            await systemd.ExpectAsync("WATCHDOG=1");
            await ControlPlane.Signal(relay.Id, "USR2");
            Assert.Contains("MONOTONIC_USEC=", await systemd.ExpectAsync("RELOADING=1"), StringComparison.Ordinal);
            await UpgradedProcess.UntilAsync(async () => await process.PidAsync() != relay.Id, "another process answers");
            int successor = await process.PidAsync();
            Assert.Contains("READY=1", await systemd.ExpectAsync(string.Create(CultureInfo.InvariantCulture, $"MAINPID={successor}")), StringComparison.Ordinal);
            await systemd.ExpectAsync("WATCHDOG=1");
            await ControlPlane.Signal(successor, "TERM");
            await systemd.ExpectAsync("STOPPING=1");
        }
        finally
        {
            relay.Kill();
        }
    }

    [Fact]
    public async Task A_loop_that_hangs_makes_the_watchdog_silent()
    {
        using NotifySocket systemd = new(isAbstract: true);
        using Process relay = Start(
            Programs.Proxy,
            ["relay", "--listen", Local(Programs.FreePort()), "--to", _origin.Http1],
            ("NOTIFY_SOCKET", systemd.Variable), ("WATCHDOG_USEC", "200000"));
        try
        {
            await systemd.ExpectAsync("WATCHDOG=1");

            // Only the worker's thread is stopped; the one that would send the word runs on.
            string tasks = string.Create(CultureInfo.InvariantCulture, $"/proc/{relay.Id}/task");
            string worker = Directory.EnumerateDirectories(tasks).Single(task => File.ReadAllText(task + "/comm").StartsWith("worker-0", StringComparison.Ordinal));
            using Process tracer = Start("python3", ["-c", "import ctypes, sys\nl = ctypes.CDLL(None)\nassert l.ptrace(0x4206, int(sys.argv[1]), 0, 0) == 0\nassert l.ptrace(0x4207, int(sys.argv[1]), 0, 0) == 0\nprint('held', flush=True)\nsys.stdin.readline()", Path.GetFileName(worker)]);
            try
            {
                Assert.Equal("held", await tracer.StandardOutput.ReadLineAsync(Stop));

                await systemd.CountAsync("WATCHDOG=1", TimeSpan.FromMilliseconds(200));

                // What was said before has been heard. A relay that is well would say it ten times more.
                Assert.InRange(await systemd.CountAsync("WATCHDOG=1", TimeSpan.FromSeconds(1)), 0, 1);
            }
            finally
            {
                tracer.Kill();
            }

            await systemd.ExpectAsync("WATCHDOG=1");
        }
        finally
        {
            relay.Kill();
        }
    }

    [Fact]
    public async Task A_socket_that_systemd_opened_is_served_with_whoever_waits_in_it()
    {
        int port = Programs.FreePort();
        using Process relay = Start("python3", ["-c", Activator, port.ToString(CultureInfo.InvariantCulture), Programs.Proxy, "relay", "--listen", Local(port), "--to", _origin.Http1]);
        try
        {
            Assert.Equal("listening", await relay.StandardOutput.ReadLineAsync(Stop));
            using HttpClient early = new();
            Task<string> waiting = early.GetStringAsync(new Uri($"http://127.0.0.1:{port}/hello"), Stop);
            await relay.StandardInput.WriteLineAsync("go");
            await relay.StandardInput.FlushAsync(Stop);
            Assert.StartsWith("hello", await waiting, StringComparison.Ordinal);
        }
        finally
        {
            relay.Kill();
        }
    }

    private static Process Start(string program, string[] arguments, params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
