using System.Diagnostics;

namespace Weft.Cli.Host;

/// <summary>The process in the background that keeps the proxy of an enrolled workload: <c>weft keep-proxy ID</c>.</summary>
internal static class BackgroundKeeper
{
    /// <summary>The hidden verb.</summary>
    public const string VerbName = "keep-proxy";

    private const string ReadyWord = "ready";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProxyGrace = TimeSpan.FromSeconds(4);

    /// <summary>Starts the keeper and returns when its proxy is ready.</summary>
    /// <param name="weft">Path of the command line.</param>
    public static async Task StartAsync(HostContext host, WorkloadRecord record, string weft, string token, CancellationToken cancel)
    {
        string log = host.Run.LogOf(record.Id, "keeper");
        using Process process = ChildProcess.Start(ChildProcess.Detached([weft, VerbName, record.Id], log, keepOutput: true), host.Run, host.Names.ToEnvironment(), pipes: true);
        ProcessIdentity? keeper = ProcessIdentity.TryOf(process.Id);
        await host.Run.UpdateAsync(record.Id, r => r with { Keeper = keeper }, cancel);
        await process.StandardInput.WriteLineAsync(token.AsMemory(), cancel);
        process.StandardInput.Close();
        string? answer = await process.StandardOutput.ReadLineAsync(cancel);
        if (answer != ReadyWord)
        {
            throw HostErrors.Fail(HostErrors.ProxyNotReady, answer ?? $"the proxy of {record.FullName} did not start", TailOf(log), "look at the control plane with weft status");
        }
    }

    /// <summary>What the keeper does: keeps the proxy running until it is told to end, or until the enrolled process has ended; then it takes the workload out.</summary>
    public static async Task<int> RunAsync(HostContext host, string id, TextReader input, TextWriter output, CancellationToken cancel)
    {
        WorkloadRecord record = host.Run.TryLoad(id) ?? throw HostErrors.Fail(HostErrors.NoSuchWorkload, $"there is no workload {id} on this machine");
        using var keeper = new ProxyKeeper(new WorkloadRunner(host).LaunchOf(record), p => host.Run.UpdateAsync(id, r => r with { Proxy = p }, CancellationToken.None));
        try
        {
            await keeper.StartAsync(await input.ReadLineAsync(cancel), cancel);
        }
        catch (CliException e)
        {
            await output.WriteLineAsync($"{e.Message}: {e.Findings[0].Cause}");
            return e.ExitCode;
        }

        await output.WriteLineAsync(ReadyWord);
        await output.FlushAsync(cancel);
        bool orphaned = await WaitAsync(record, cancel);
        await keeper.StopAsync(ProxyGrace);
        if (orphaned)
        {
            await new Detachment(host).RemoveTracesAsync(host.Run.TryLoad(id) ?? record, CancellationToken.None);
        }

        return ExitCode.Ok;
    }

    /// <returns>True when the enrolled process has ended; false when we were told to end.</returns>
    private static async Task<bool> WaitAsync(WorkloadRecord record, CancellationToken cancel)
    {
        try
        {
            while (record.Application?.IsAlive != false)
            {
                await Task.Delay(Look, cancel);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static string? TailOf(string log) => File.Exists(log) ? string.Join(" | ", File.ReadLines(log).TakeLast(5)) : null;
}
