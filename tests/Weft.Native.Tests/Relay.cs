using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Weft.Native.Tests;

/// <summary>A running <c>weft-proxy relay</c>, ready when made.</summary>
internal sealed partial class Relay : IAsyncDisposable
{
    private readonly Process _process;

    private Relay(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public int ProcessId => _process.Id;

    /// <summary>Resident memory in KiB.</summary>
    public long ResidentKb => ProcessFiles.ResidentKb(_process.Id);

    public static Task<Relay> StartAsync(params string[] options) => StartAsync(Programs.FreePort(), options);

    public static Task<Relay> StartAsync(int port, string[] options)
        => ReadyAsync(port, Programs.Start(Programs.Proxy, ["relay", "--listen", $"127.0.0.1:{port}", .. options]));

    /// <summary>As <see cref="StartAsync(string[])"/>, with so many descriptors that the system grants.</summary>
    public static Task<Relay> StartWithDescriptorsAsync(int descriptors, string[] options)
    {
        int port = Programs.FreePort();
        return ReadyAsync(port, Programs.Start("prlimit", [$"--nofile={descriptors}", Programs.Proxy, "relay", "--listen", $"127.0.0.1:{port}", .. options]));
    }

    /// <summary>As <see cref="StartAsync(string[])"/>, with a variable in its environment: NAME=VALUE.</summary>
    public static Task<Relay> StartWithVariableAsync(string variable, string[] options)
    {
        int port = Programs.FreePort();
        return ReadyAsync(port, Programs.Start("env", [variable, Programs.Proxy, "relay", "--listen", $"127.0.0.1:{port}", .. options]));
    }

    /// <summary>As <see cref="StartAsync(string[])"/>, in a group of its own.</summary>
    public static Task<Relay> StartInAsync(MemoryGroup group, string[] options)
    {
        int port = Programs.FreePort();
        return ReadyAsync(port, group.Start(Programs.Proxy, ["relay", "--listen", $"127.0.0.1:{port}", .. options]));
    }

    private static async Task<Relay> ReadyAsync(int port, Process process)
    {
        string? line = await process.StandardOutput.ReadLineAsync();
        return line?.StartsWith("weft-proxy relay ready", StringComparison.Ordinal) == true
            ? new Relay(process, port)
            : throw new InvalidOperationException("the relay did not get ready: " + await process.StandardError.ReadToEndAsync());
    }

    /// <summary>Two relays with mutual TLS between them.</summary>
    public static async Task<(Relay Near, Relay Far)> StartPairAsync(string origin, string[]? nearOptions = null, string[]? farOptions = null)
    {
        TestCertificates c = TestCertificates.Shared;
        Relay far = await StartAsync(["--listen-cert", c.Path("b.pem"), "--listen-key", c.Path("b.key"), "--listen-trust", c.Path("ca.pem"), "--to", origin, .. farOptions ?? []]);
        Relay near = await StartAsync(
            [
                "--to", far.Address, "--to-cert", c.Path("a.pem"), "--to-key", c.Path("a.key"), "--to-trust", c.Path("ca.pem"),
                "--to-san", "spiffe://example.test/ns/shop/svc/b", .. nearOptions ?? [],
            ]);
        return (near, far);
    }

    /// <summary>Ends it and says what it has written to its log.</summary>
    public async Task<string> EndAsync()
    {
        Terminate();
        return await _process.StandardError.ReadToEndAsync();
    }

    public void Terminate() => SendSignal(_process.Id, 15);

    public async Task<int> WaitAsync(TimeSpan patience)
    {
        using CancellationTokenSource late = new(patience);
        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
