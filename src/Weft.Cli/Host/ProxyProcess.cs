using System.Diagnostics;
using System.Globalization;

namespace Weft.Cli.Host;

/// <summary>
/// One running <c>weft-proxy</c>, started inside a namespace and ready. An upgrade replaces its process by another, which says so on the same standard output:
/// <see cref="Identity"/> is the process that serves now.
/// </summary>
internal sealed class ProxyProcess : IDisposable
{
    /// <summary>What the proxy prints on standard output when identity, policy and listeners are there.</summary>
    public const string ReadyLine = "weft-proxy ready";

    /// <summary>Stands before the number of the process in the ready line.</summary>
    private const string PidWord = " pid ";

    /// <summary>How often a process that is not our child is looked at.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>For the last words of a process that has ended to be read: they may name its successor.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Func<ProcessIdentity, Task> _started;
    private readonly Task _following;
    private ProcessIdentity _identity;

    private ProxyProcess(Process process, ProcessIdentity identity, Func<ProcessIdentity, Task> started)
    {
        _process = process;
        _identity = identity;
        _started = started;
        _following = FollowAsync(process.StandardOutput);
    }

    public ProcessIdentity Identity => Volatile.Read(ref _identity);

    /// <summary>Starts it, hands it the token on standard input, and waits for the ready line.</summary>
    /// <param name="started">Told the process as soon as it exists, so that it is on record before anything can fail; and each that takes over from it.</param>
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
            return new ProxyProcess(process, identity, started);
        }
        catch
        {
            Kill(process);
            process.Dispose();
            throw;
        }
    }

    /// <summary>Returns when the process that serves has ended and none has taken over from it.</summary>
    public async Task WaitForExitAsync(CancellationToken cancel)
    {
        while (true)
        {
            ProcessIdentity current = Identity;
            while (current.IsAlive)
            {
                await Task.WhenAny(_process.WaitForExitAsync(cancel), Task.Delay(Look, cancel));
                cancel.ThrowIfCancellationRequested();
                if (_process.HasExited)
                {
                    await Task.Delay(Look, cancel);
                }
            }

            await Task.WhenAny(_following, Task.Delay(LastWords, cancel));
            cancel.ThrowIfCancellationRequested();
            if (Identity == current)
            {
                return;
            }
        }
    }

    public Task StopAsync(TimeSpan grace) => Identity.StopAsync(grace, CancellationToken.None);

    public void Dispose() => _process.Dispose();

    /// <summary>Reads what the processes say until the last of them has ended.</summary>
    private async Task FollowAsync(StreamReader output)
    {
        try
        {
            while (await output.ReadLineAsync() is string line)
            {
                if (SuccessorOf(line) is ProcessIdentity successor)
                {
                    Volatile.Write(ref _identity, successor);
                    await _started(successor);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // We do not watch any more.
        }
    }

    /// <summary>The process that a ready line names, or null.</summary>
    internal static ProcessIdentity? SuccessorOf(string line)
    {
        int at = line.LastIndexOf(PidWord, StringComparison.Ordinal);
        return line.StartsWith(ReadyLine, StringComparison.Ordinal) && at > 0
            && int.TryParse(line.AsSpan(at + PidWord.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
            ? ProcessIdentity.TryOf(pid)
            : null;
    }

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
