using System.Reflection;
using Weft.Identity;
using Weft.Primitives;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Flows.AccessLogs;
using Weft.Proxy.Listening;
using Weft.Proxy.Meshing;
using Weft.Proxy.Overload;
using Weft.Proxy.State;
using Weft.Proxy.Supervision;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upgrading;

namespace Weft.Proxy;

/// <summary>Composes the proxy of one workload in named steps, and takes it down in reverse.</summary>
internal sealed class MeshHost(RunSettings settings, Inheritance inheritance, TimeProvider clock) : IMeshHost, IProxyProcess
{
    private const int JoinTokenMax = 1_024;

    /// <summary>For the farewell to the control plane to get out.</summary>
    private const int FarewellMs = 300;

    private readonly List<MeshDataLoop> _dataLoops = [];
    private readonly Current<FlowSettings> _flowSettings = new(settings.Flows.Settings);
    private MeshControl? _control;
    private ProcessPressure? _pressure;
    private EventLoop? _controlLoop;
    private ProcessLife? _life;
    private bool _isReady;

    /// <summary>The files of our Unix sockets, which go with the proxy; without those that systemd made.</summary>
    private string[] _ownPaths = [];

    public static string Version { get; } = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0.0.0";

    public Ancestors Ancestors => _life!.Ancestors;

    public UpgradeStatus Upgrade => _life!.Upgrade;

    IReadOnlyList<Meters> IProxyProcess.Meters => [.. _dataLoops.Select(static l => l.Meters)];

    int IProxyProcess.OpenConnections => _dataLoops.Sum(static l => l.OpenConnections);

    bool IProxyProcess.DrainHasBegun => _control!.DrainHasBegun;

    /// <summary>Runs until a signal; the exit code.</summary>
    /// <param name="input">Where the join token comes from.</param>
    /// <param name="output">Gets one line when the proxy is ready.</param>
    /// <exception cref="UsageException">The proxy cannot start; the message says why.</exception>
    public int Run(TextReader input, TextWriter output)
    {
        JoinToken? token = settings.JoinTokenOnStdin ? ReadToken(input) : null;
        StateDirectory state = OpenState();
        ServiceManager manager = ServiceManager.Find(clock);
        using ProcessLife life = new(inheritance, new LifeTimes { DrainMs = settings.DrainTimeoutMs, DrainDeadlineMs = settings.DrainDeadlineMs, ReadyMs = settings.UpgradeMs }, manager, clock);
        _life = life;
        OpenDataLoops();
        using Worker controlThread = new("control", clock);
        _controlLoop = controlThread.Loop;
        MeshControl control = new(settings, clock, controlThread.Loop, state, _dataLoops, this, inheritance.Predecessor?.Fact(Predecessor.EpochFact), _flowSettings);
        _control = control;
        control.OpenSockets(inheritance.Sockets);
        inheritance.CloseUnasked();
        control.LoadState(token);
        using AccessLog? log = settings.Flows.Open(_flowSettings);
        if (log is not null)
        {
            control.Flows.Add(log);
            life.OnHangUp(log.Reopen);
        }

        controlThread.Loop.Post(() => control.Start(token, takesOver: inheritance.Predecessor is not null));
        controlThread.Loop.Post(new Watchdog(controlThread.Loop, [.. _dataLoops.Select(static l => l.Loop)], manager).Start);
        controlThread.Loop.Post(new MemoryTrimmer(controlThread.Loop, [.. _dataLoops.Select(static l => l.Loop), controlThread.Loop], _pressure!).Start);
        controlThread.Start();
        _dataLoops.ForEach(static l => l.Start());
        int exitCode = life.Run(this, output);
        Stop(control, controlThread, sayGoodbye: exitCode == ExitCodes.Ok);
        if (!life.HasSuccessor)
        {
            Array.ForEach(_ownPaths, File.Delete);
        }

        // All threads have ended: what they wrote last is still there.
        control.Flows.Pump();
        return exitCode;
    }

    public void Ready(string line)
    {
        _isReady = true;
        _life!.TellReady(line);
    }

    public void Settled() => _life!.TellSettled();

    public void AskUpgrade() => _life!.AskUpgrade();

    public void Fail(int exitCode, string message)
    {
        ProxyLog.Error(message);
        if (!_isReady)
        {
            inheritance.Predecessor?.TellFailed(message);
        }

        _life!.Fail(exitCode);
    }

    IEnumerable<(string Name, long Number)> IProxyProcess.Figures() => _control!.Figures();

    IReadOnlyDictionary<string, string> IProxyProcess.Facts() => new Dictionary<string, string>
    {
        [Predecessor.EpochFact] = _control!.Epoch,
        [Predecessor.OwnsPathFact] = string.Join('\n', _ownPaths),
    };

    void IProxyProcess.TakeOver(ProcessLife life) => _controlLoop!.Post(_control!.TakeOver);

    void IProxyProcess.SaveState() => OnControl(_control!.SaveState);

    void IProxyProcess.StopAccepting()
    {
        using CountdownEvent closed = new(_dataLoops.Count);
        _dataLoops.ForEach(loop => loop.StopAccepting(() => closed.Signal()));
        OnControl(_control!.Retire);
        closed.Wait();
    }

    void IProxyProcess.BeginDrain(bool hasSuccessor) => _controlLoop!.Post(() => _control!.BeginDrain(hasSuccessor));

    private void OnControl(Action action)
    {
        using ManualResetEventSlim done = new();
        _controlLoop!.Post(() =>
        {
            action();
            done.Set();
        });
        done.Wait();
    }

    private static JoinToken ReadToken(TextReader input)
    {
        char[] buffer = new char[JoinTokenMax];
        int length = input.ReadBlock(buffer, 0, buffer.Length);
        return JoinToken.TryParse(new string(buffer, 0, length).Trim(), out JoinToken? token)
            ? token
            : throw new UsageException("option --join-token-stdin: what came on standard input is not a join token; make one with `weft token`", ExitCodes.BadInput);
    }

    private StateDirectory OpenState()
    {
        try
        {
            return StateDirectory.Open(settings.StateDirectory);
        }
        catch (IOException fault)
        {
            throw new UsageException($"option --state: \"{settings.StateDirectory}\" cannot be used: {fault.Message}; name a directory that this user may write", ExitCodes.BadInput);
        }
    }

    private void OpenDataLoops()
    {
        long descriptors = ProcessFigures.Read().MaxFds;
        int connections = ConnectionBudget.Connections(descriptors);
        ProcessPressure pressure = _pressure = new(descriptors, MemoryLimit.Of(settings.MemoryLimitMb * 1024 * 1024));
        ClaimPaths();
        foreach (IReadOnlyList<MeshSocket> sockets in MeshSockets.Open(settings, inheritance.Sockets))
        {
            _dataLoops.Add(new MeshDataLoop(_dataLoops.Count, sockets, Math.Max(1, connections / settings.Workers), pressure, clock, _flowSettings, settings.Workers));
        }
    }

    private void ClaimPaths()
    {
        string[] paths = [.. settings.Destinations.Select(static destination => destination.Listen.Path).OfType<string>()];
        string[] inherited = inheritance.Predecessor?.Fact(Predecessor.OwnsPathFact)?.Split('\n') ?? [];
        _ownPaths = [.. paths.Where(path => inherited.Contains(path) || !inheritance.Sockets.Has(NetAddress.Unix(path)))];
        foreach (string path in paths.Where(path => !inheritance.Sockets.Has(NetAddress.Unix(path))))
        {
            SocketFile.RemoveStale(path);
        }
    }

    private void Stop(MeshControl control, Worker controlThread, bool sayGoodbye)
    {
        _dataLoops.ForEach(static l => l.CloseListeners());
        controlThread.Loop.Post(control.Leave);
        if (sayGoodbye)
        {
            control.Left.Wait(FarewellMs);
        }

        _dataLoops.ForEach(static l => l.Stop());
        controlThread.Stop();
    }
}
