using System.Reflection;
using System.Runtime.InteropServices;
using Weft.Identity;
using Weft.Proxy.Engine;
using Weft.Proxy.Listening;
using Weft.Proxy.State;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy;

/// <summary>Composes the proxy of one workload in named steps, and takes it down in reverse.</summary>
internal sealed class MeshHost(RunSettings settings, TimeProvider clock) : IMeshHost
{
    private const int JoinTokenMax = 1_024;

    /// <summary>For the farewell to the control plane to get out.</summary>
    private const int FarewellMs = 300;

    private readonly ManualResetEventSlim _stopAsked = new();
    private readonly ManualResetEventSlim _stopNow = new();
    private readonly List<MeshDataLoop> _dataLoops = [];
    private TextWriter _output = TextWriter.Null;
    private int _exitCode = ExitCodes.Ok;

    public static string Version { get; } = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Runs until a signal; the exit code.</summary>
    /// <param name="input">Where the join token comes from.</param>
    /// <param name="output">Gets one line when the proxy is ready.</param>
    /// <exception cref="UsageException">The proxy cannot start; the message says why.</exception>
    public int Run(TextReader input, TextWriter output)
    {
        _output = output;
        JoinToken? token = settings.JoinTokenOnStdin ? ReadToken(input) : null;
        StateDirectory state = OpenState();
        OpenDataLoops();
        using Worker controlThread = new("control", clock);
        MeshControl control = new(settings, clock, controlThread.Loop, state, _dataLoops, this);
        control.OpenSockets();
        control.LoadState(token);
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        controlThread.Loop.Post(() => control.Start(token));
        controlThread.Start();
        _dataLoops.ForEach(static l => l.Start());
        _stopAsked.Wait();
        if (_exitCode == ExitCodes.Ok)
        {
            Drain(control, controlThread.Loop);
        }

        Stop(control, controlThread);
        return _exitCode;
    }

    public void Ready(string line)
    {
        ProxyLog.Info(line);
        _output.WriteLine(line);
        _output.Flush();
    }

    public void Fail(int exitCode, string message)
    {
        ProxyLog.Error(message);
        _exitCode = exitCode;
        _stopNow.Set();
        _stopAsked.Set();
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
        SocketFactory sockets = new(settings.Mark);
        int connections = ConnectionBudget.Connections(ProcessFigures.Read().MaxFds);
        for (int i = 0; i < settings.Workers; i++)
        {
            _dataLoops.Add(new MeshDataLoop(i, settings, sockets, Math.Max(1, connections / settings.Workers), clock));
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stopAsked.IsSet)
        {
            _stopNow.Set();
        }

        _stopAsked.Set();
    }

    /// <summary>Waits until nothing is open, for the time that settings allow, or until a second signal.</summary>
    private void Drain(MeshControl control, EventLoop controlLoop)
    {
        controlLoop.Post(control.BeginDrain);
        long deadline = clock.GetTimestamp() + (settings.DrainTimeoutMs * clock.TimestampFrequency / 1000);
        while (!(control.DrainHasBegun && _dataLoops.TrueForAll(static l => l.OpenConnections == 0)) && clock.GetTimestamp() < deadline && !_stopNow.Wait(20))
        {
        }
    }

    private void Stop(MeshControl control, Worker controlThread)
    {
        _dataLoops.ForEach(static l => l.CloseListeners());
        controlThread.Loop.Post(control.Leave);
        if (_exitCode == ExitCodes.Ok)
        {
            control.Left.Wait(FarewellMs);
        }

        _dataLoops.ForEach(static l => l.Stop());
        controlThread.Stop();
    }
}
