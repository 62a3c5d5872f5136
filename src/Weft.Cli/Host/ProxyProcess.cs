using System.Diagnostics;

namespace Weft.Cli.Host;

/// <summary>One running <c>weft-proxy</c>, started inside a namespace and ready.</summary>
internal sealed class ProxyProcess : IDisposable
{
    /// <summary>What the proxy prints on standard output when identity, policy and listeners are there.</summary>
    public const string ReadyLine = "weft-proxy ready";

    private readonly Process _process;

    private ProxyProcess(Process process, ProcessIdentity identity)
    {
        _process = process;
        Identity = identity;
    }

    public ProcessIdentity Identity { get; }

    /// <summary>Starts it, hands it the token on standard input, and waits for the ready line.</summary>
    /// <param name="started">Told the process as soon as it exists, so that it is on record before anything can fail.</param>
    /// <exception cref="CliException">It ended or was not ready in time; the message holds the end of its log.</exception>
    public static async Task<ProxyProcess> StartAsync(ProxyLaunch launch, string? token, Func<ProcessIdentity, Task> started, CancellationToken cancel)
    {
        IReadOnlyList<string> command = launch.Network.Wrap([launch.Program, .. launch.Arguments, .. token is null ? Array.Empty<string>() : ["--join-token-stdin"]]);
        Process process = ChildProcess.Start(ChildProcess.Detached(command, launch.LogFile, keepOutput: true), launch.Run, pipes: true);
        try
        {
            ProcessIdentity identity = ProcessIdentity.TryOf(process.Id) ?? throw NotReady(launch, "it ended at once");
            await started(identity);
            await HandOverAsync(process, token, cancel);
            await WaitUntilReadyAsync(process, launch, cancel);
            return new ProxyProcess(process, identity);
        }
        catch
        {
            Kill(process);
            process.Dispose();
            throw;
        }
    }

    public Task WaitForExitAsync(CancellationToken cancel) => _process.WaitForExitAsync(cancel);

    public Task StopAsync(TimeSpan grace) => Identity.StopAsync(grace, CancellationToken.None);

    public void Dispose() => _process.Dispose();

    private static async Task HandOverAsync(Process process, string? token, CancellationToken cancel)
    {
        try
        {
            if (token is not null)
            {
                await process.StandardInput.WriteLineAsync(token.AsMemory(), cancel);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read the token; waiting for the ready line says why.
        }
    }

    private static async Task WaitUntilReadyAsync(Process process, ProxyLaunch launch, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(launch.ReadyLimit);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is string line)
            {
                if (line.StartsWith(ReadyLine, StringComparison.Ordinal))
                {
                    return;
                }
            }

            throw NotReady(launch, "it ended");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw NotReady(launch, $"it was not ready in {launch.ReadyLimit.TotalSeconds:0} s");
        }
    }

    private static CliException NotReady(ProxyLaunch launch, string why) =>
        HostErrors.Fail(
            HostErrors.ProxyNotReady,
            $"the proxy of {launch.Workload} did not start: {why}",
            LogTail(launch.LogFile),
            "look at the control plane with weft status");

    private static string? LogTail(string file)
    {
        try
        {
            string text = string.Join(" | ", File.ReadLines(file).TakeLast(5)).Trim();
            return text.Length == 0 ? null : text;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}
