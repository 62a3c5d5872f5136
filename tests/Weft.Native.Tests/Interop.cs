using System.Diagnostics;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>A program of <c>interop/</c>, in the language of its suffix, that runs while a test does. The first line that it prints says where it listens.</summary>
internal sealed class Interop : IAsyncDisposable
{
    private readonly Process _process;

    private Interop(Process process, string[] ports)
    {
        _process = process;
        Addresses = [.. ports.Select(static port => "127.0.0.1:" + port)];
    }

    public IReadOnlyList<string> Addresses { get; }

    public static async Task<Interop> StartAsync(string script)
    {
        Process process = Start(script);
        string? ports = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return ports is not null
            ? new Interop(process, ports.Split(' '))
            : throw new InvalidOperationException($"{script} did not start: " + await process.StandardError.ReadToEndAsync());
    }

    /// <summary>The next line that it prints; fails when none comes within a minute.</summary>
    public async Task<string?> ReadLineAsync()
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(TimeSpan.FromMinutes(1));
        return await _process.StandardOutput.ReadLineAsync(late.Token);
    }

    /// <summary>The next line, whenever it comes; null after the last.</summary>
    public ValueTask<string?> ReadLineAsync(CancellationToken stop) => _process.StandardOutput.ReadLineAsync(stop);

    /// <summary>Runs one to its end.</summary>
    public static Task<(int Code, string Output, string Errors)> RunAsync(string script, params string[] arguments)
    {
        (string program, string[] before) = Command(script);
        return Programs.RunAsync(program, [.. before, .. arguments]);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Start(string script)
    {
        (string program, string[] arguments) = Command(script);
        return Programs.Start(program, arguments);
    }

    private static (string Program, string[] Arguments) Command(string script)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "interop", script);
        if (script.EndsWith(".py", StringComparison.Ordinal))
        {
            // Debian's own Python: only that one finds Debian's packages.
            Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/grpc"), "python3-grpcio is not installed");
            return ("/usr/bin/python3", [path]);
        }

        Assert.SkipUnless(Programs.Has("node"), "node is not installed");
        Assert.SkipUnless(Directory.Exists(Path.Combine(Programs.NodeModules, "@grpc", "grpc-js")), "gRPC for Node is not installed: ./test installs it");
        return ("/usr/bin/env", ["NODE_PATH=" + Programs.NodeModules, "node", path]);
    }
}
