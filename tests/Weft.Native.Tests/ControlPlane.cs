using System.Diagnostics;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>The built control plane, started as <c>weft server</c> in a folder of its own, and the built command line pointed at it.</summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeMax = TimeSpan.FromMinutes(1);

    private readonly Process _server;

    private ControlPlane(Process server, string folder, int apiPort, int meshPort)
    {
        _server = server;
        Folder = folder;
        ApiPort = apiPort;
        MeshPort = meshPort;
    }

    public string Folder { get; }

    public int ApiPort { get; }

    /// <summary>Where proxies connect.</summary>
    public int MeshPort { get; }

    public int ProcessId => _server.Id;

    public static async Task<ControlPlane> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("weft-native-").FullName;
        var port = Programs.FreePort();
        var mesh = Programs.FreePort();
        var server = Programs.Start(Programs.Weft, ["server", "--data", folder, "--listen", $"127.0.0.1:{mesh}", "--api", $"127.0.0.1:{port}"]);
        var plane = new ControlPlane(server, folder, port, mesh);
        try
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            late.CancelAfter(StartTimeMax);
            while (await server.StandardOutput.ReadLineAsync(late.Token) is { } line)
            {
                if (line.StartsWith("weft server ready", StringComparison.Ordinal))
                {
                    _ = server.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                    _ = server.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                    return plane;
                }
            }

            throw new InvalidOperationException($"the server ended: {await server.StandardError.ReadToEndAsync(late.Token)}");
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs <c>weft</c> against this server, over its socket unless the variables say otherwise.</summary>
    public async Task<(int Code, string Output, string Errors)> WeftAsync(string commandLine, params (string Name, string Value)[] variables)
    {
        using var process = StartWeft(commandLine, variables);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }

    public Process StartWeft(string commandLine, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(Programs.Weft, commandLine.Split(' ')) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["XDG_CONFIG_HOME"] = Folder;
        start.Environment["WEFT_SOCKET"] = Path.Combine(Folder, "weft.sock");
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Sends SIGTERM and waits for the end; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!_server.HasExited)
        {
            await Signal(_server.Id, "TERM");
        }

        await _server.WaitForExitAsync(CancellationToken.None).WaitAsync(StartTimeMax, CancellationToken.None);
        return _server.ExitCode;
    }

    public static async Task Signal(int processId, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", processId.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        finally
        {
            if (!_server.HasExited)
            {
                _server.Kill(entireProcessTree: true);
            }

            _server.Dispose();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
