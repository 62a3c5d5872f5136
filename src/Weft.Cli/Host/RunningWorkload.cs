using System.Diagnostics;

namespace Weft.Cli.Host;

/// <summary>A workload that <c>weft run</c> started: its proxy, which is kept alive, and its application.</summary>
internal sealed class RunningWorkload : IDisposable
{
    private static readonly TimeSpan ApplicationGrace = TimeSpan.FromSeconds(10);
    private readonly HostContext _host;
    private readonly WorkloadPlan _plan;
    private readonly ProxyKeeper _keeper;
    private readonly Process _application;
    private bool _stopped;

    public RunningWorkload(HostContext host, WorkloadPlan plan, WorkloadRecord record, ProxyKeeper keeper, Process application)
    {
        _host = host;
        _plan = plan;
        Record = record;
        _keeper = keeper;
        _application = application;
    }

    public WorkloadRecord Record { get; }

    public WorkloadPlan Plan => _plan;

    public bool HasExited => _application.HasExited;

    /// <summary>The application's exit code, or 128 and the signal that ended it.</summary>
    public int ExitCode => _application.ExitCode;

    public Task WaitForExitAsync(CancellationToken cancel) => _application.WaitForExitAsync(cancel);

    /// <summary>Hands a signal on to the application.</summary>
    public void Signal(int signal) => Record.Application?.Signal(signal);

    /// <summary>Takes the workload out of the mesh while the application still serves what is under way.</summary>
    /// <returns>The connections left at the limit.</returns>
    public async Task<int> DrainAsync(TimeSpan limit, CancellationToken cancel)
    {
        using var admin = new ProxyAdmin(Record.Network, Record.Ports.Admin);
        return await admin.DrainToEndAsync(leave: false, limit, cancel);
    }

    /// <summary>Ends the application, if it still runs, and the proxy, and removes every trace of both.</summary>
    public async Task StopAsync(TimeSpan proxyGrace)
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        if (Record.Application is ProcessIdentity application)
        {
            await application.StopAsync(ApplicationGrace, CancellationToken.None);
        }

        await _keeper.StopAsync(proxyGrace);
        await new Detachment(_host).RemoveTracesAsync(Record, CancellationToken.None);
    }

    public void Dispose()
    {
        _keeper.Dispose();
        _application.Dispose();
    }
}
