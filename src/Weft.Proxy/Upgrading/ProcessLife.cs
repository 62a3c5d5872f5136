using System.Runtime.InteropServices;
using Weft.Proxy.Engine;
using Weft.Proxy.Supervision;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Upgrading;

/// <summary>
/// The life of a proxy's process, on the main thread: it takes over from a predecessor, waits for signals, starts a successor and hands over to it, drains and
/// ends. The loops do everything else. Others ask from their threads by <see cref="AskStop"/> and its sisters.
/// </summary>
internal sealed unsafe class ProcessLife : IDisposable
{
    /// <summary>How often an end that is waited for is looked at.</summary>
    private const int LookMs = 20;

    /// <summary>The same when it may be an hour away.</summary>
    private const int PatientLookMs = 250;

    /// <summary>How often a process that drains tells its counters to its successor.</summary>
    private const int SumsEveryMs = 500;

    /// <summary>A successor that is not known to the control plane after this time may be without one.</summary>
    private const int SettleMs = 5_000;

    /// <summary>SIGUSR2 on Linux: nginx and HAProxy have made it the word for a new binary.</summary>
    private const PosixSignal Usr2 = (PosixSignal)12;

    private readonly HeldSockets _held;
    private readonly Predecessor? _predecessor;
    private readonly LifeTimes _times;
    private readonly ServiceManager _manager;
    private readonly TimeProvider _clock;
    private readonly StartCommand? _command = StartCommand.Read();
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly int _wakeup = Libc.EventFd(0, Libc.SockNonblock | Libc.SockCloexec);
    private UpgradeStatus _upgrade = UpgradeStatus.None;
    private string? _readyLine;
    private bool _isReady;
    private int _stopsAsked;
    private int _upgradeAsked;
    private int _settledTold;
    private int _failure = -1;

    public ProcessLife(Inheritance inheritance, LifeTimes times, ServiceManager manager, TimeProvider clock)
    {
        _held = inheritance.Sockets;
        _predecessor = inheritance.Predecessor;
        _times = times;
        _manager = manager;
        _clock = clock;
        Ancestors = new Ancestors(clock);
        Listen(PosixSignal.SIGTERM, AskStop);
        Listen(PosixSignal.SIGINT, AskStop);
        Listen(Usr2, AskUpgrade);
    }

    public Ancestors Ancestors { get; }

    /// <summary>What SIGHUP does from now on; without it, it ends the process.</summary>
    public void OnHangUp(Action asked) => Listen(PosixSignal.SIGHUP, asked);

    /// <summary>Whether another process has taken over from this one.</summary>
    public bool HasSuccessor { get; private set; }

    /// <summary>How the last upgrade went. Any thread.</summary>
    public UpgradeStatus Upgrade => Volatile.Read(ref _upgrade);

    /// <summary>Asks the process to drain and end; asked again, to end at once. Any thread.</summary>
    public void AskStop()
    {
        Interlocked.Increment(ref _stopsAsked);
        Wake();
    }

    /// <summary>Asks for a successor from the program on disk. Any thread.</summary>
    public void AskUpgrade()
    {
        Volatile.Write(ref _upgrade, Upgrade.Begin());
        Interlocked.Exchange(ref _upgradeAsked, 1);
        Wake();
    }

    /// <summary>The proxy serves; the line is for who started it. Any thread.</summary>
    public void TellReady(string line)
    {
        Volatile.Write(ref _readyLine, line);
        Wake();
    }

    /// <summary>The control plane knows this process, or there is none to know it. Any thread.</summary>
    public void TellSettled()
    {
        Interlocked.Exchange(ref _settledTold, 1);
        Wake();
    }

    /// <summary>The proxy cannot go on. Any thread.</summary>
    public void Fail(int exitCode)
    {
        Interlocked.CompareExchange(ref _failure, exitCode, -1);
        Wake();
    }

    /// <summary>Runs from start to end; the exit code.</summary>
    public int Run(IProxyProcess process, TextWriter output)
    {
        while (true)
        {
            Wait(Timeout.Infinite, other: -1);
            Ancestors.Listen();
            if (_failure >= 0)
            {
                return _failure;
            }

            if (_stopsAsked > 0)
            {
                StopInOrder(process);
                return ExitCodes.Ok;
            }

            if (!_isReady && Volatile.Read(ref _readyLine) is { } line)
            {
                _isReady = true;
                BecomeReady(process, line, output);
            }

            if (Interlocked.Exchange(ref _settledTold, 0) == 1)
            {
                _predecessor?.TellSettled();
            }

            if (Interlocked.Exchange(ref _upgradeAsked, 0) == 1 && TryUpgrade(process) is ({ } successor, { } sums))
            {
                DrainBehind(process, successor, sums);
                return ExitCodes.Ok;
            }
        }
    }

    public void Dispose()
    {
        _signals.ForEach(static s => s.Dispose());
        Libc.Close(_wakeup);
    }

    private void Listen(PosixSignal signal, Action asked) => _signals.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        asked();
    }));

    private void BecomeReady(IProxyProcess process, string line, TextWriter output)
    {
        _predecessor?.TakeOver(Ancestors, _clock);
        process.TakeOver(this);
        _manager.Ready(line);
        _manager.Store([.. _held.Used.Select(static s => s.Descriptor)]);
        ProxyLog.Info(line);
        try
        {
            output.WriteLine(line);
            output.Flush();
        }
        catch (IOException)
        {
            // Whoever started the first of these processes does not read any more.
        }
    }

    private void StopInOrder(IProxyProcess process)
    {
        _manager.Stopping("draining");
        process.BeginDrain(hasSuccessor: false);
        Ancestors.Stop();
        long deadline = After(_times.DrainMs);
        while (!(process.DrainHasBegun && process.OpenConnections == 0 && !Ancestors.AnyDraining) && _clock.GetTimestamp() < deadline && _stopsAsked < 2 && _failure < 0)
        {
            Wait(LookMs, other: -1);
            Ancestors.Listen();
        }
    }

    /// <summary>Starts a successor and hands over; null when this process goes on.</summary>
    private (Successor? Successor, SumsSender? Sums) TryUpgrade(IProxyProcess process)
    {
        _manager.Reloading();
        ProxyLog.Info("upgrading: starting a new process");
        string? fault = null;
        Successor? successor = _isReady && _command is not null ? Start(process, _command, out fault) : null;
        fault ??= !_isReady ? "this process is not ready itself" : _command is null ? "how this process was started is not known" : null;
        if (successor is not null && AwaitReady(successor, out fault))
        {
            SumsSender sums = new(new MetersFold(process.Meters), process.Figures);
            if (successor.SendSums(Ancestors, sums))
            {
                HasSuccessor = true;
                process.StopAccepting();
                successor.SendOwnSums(sums, SettleMs);
                _manager.Replaced(successor.Pid);
                successor.GiveAll();
                Ancestors.Forget();
                ProxyLog.Info($"process {successor.Pid} has taken over; this one drains");
                return (successor, sums);
            }

            fault = "it ended when it was to take over";
        }

        successor?.Kill();
        Volatile.Write(ref _upgrade, Upgrade.Fail(fault ?? ""));
        ProxyLog.Error($"the upgrade failed: {fault}; this process goes on");
        _manager.Ready($"the upgrade failed: {fault}");
        return default;
    }

    private Successor? Start(IProxyProcess process, StartCommand command, out string? fault)
    {
        try
        {
            process.SaveState();
            return Successor.Start(command, _held.Used, process.Facts(), out fault);
        }
        catch (IOException wrong)
        {
            fault = wrong.Message;
            return null;
        }
    }

    private bool AwaitReady(Successor successor, out string? fault)
    {
        long deadline = After(_times.ReadyMs);
        while (true)
        {
            if (successor.IsReady(out fault))
            {
                return true;
            }

            fault ??= _clock.GetTimestamp() >= deadline ? $"it was not ready in {_times.ReadyMs / 1000} s" : null;
            fault ??= _stopsAsked > 0 || _failure >= 0 ? "this process is to stop" : null;
            if (fault is not null)
            {
                return false;
            }

            Wait(LookMs, successor.Descriptor);
            Ancestors.Listen();
        }
    }

    /// <summary>What is open ends in its own time, up to the deadline, while the successor serves everybody new.</summary>
    private void DrainBehind(IProxyProcess process, Successor successor, SumsSender sums)
    {
        process.BeginDrain(hasSuccessor: true);
        long deadline = After(_times.DrainDeadlineMs);
        long settle = After(SettleMs);
        long nextSums = After(SumsEveryMs);
        bool hastened = false;
        while (_clock.GetTimestamp() < deadline && _failure < 0)
        {
            Wait(_clock.GetTimestamp() < settle ? LookMs : PatientLookMs, successor.IsGone ? -1 : successor.Descriptor);
            successor.Listen();
            bool over = process.DrainHasBegun && process.OpenConnections == 0;
            if (over && (successor.IsSettled || successor.IsGone || _clock.GetTimestamp() >= settle))
            {
                break;
            }

            if (_stopsAsked > 1)
            {
                break;
            }

            if (!hastened && (_stopsAsked > 0 || successor.AsksToStop))
            {
                hastened = true;
                deadline = Math.Min(deadline, After(_times.DrainMs));
            }

            if (_clock.GetTimestamp() >= nextSums)
            {
                successor.SendOwnSums(sums, timeoutMs: 0);
                nextSums = After(SumsEveryMs);
            }
        }

        successor.SendOwnSums(sums, LookMs);
    }

    private long After(int ms) => _clock.GetTimestamp() + (ms * _clock.TimestampFrequency / 1000);

    /// <summary>Waits until somebody asks for something, an ancestor speaks, or the time is over.</summary>
    private void Wait(int timeoutMs, int other)
    {
        IReadOnlyList<(HandoverChannel Channel, ProcessSums Sums)> draining = Ancestors.Draining;
        Span<Libc.PollDescriptor> all = new Libc.PollDescriptor[draining.Count + 2];
        for (int i = 0; i < draining.Count; i++)
        {
            all[i] = new Libc.PollDescriptor { Descriptor = draining[i].Channel.Descriptor, Wanted = Libc.PollIn };
        }

        all[^2] = new Libc.PollDescriptor { Descriptor = other, Wanted = Libc.PollIn };
        all[^1] = new Libc.PollDescriptor { Descriptor = _wakeup, Wanted = Libc.PollIn };
        fixed (Libc.PollDescriptor* first = all)
        {
            Libc.Poll(first, (nuint)all.Length, timeoutMs);
        }

        ulong count;
        Libc.Read(_wakeup, (byte*)&count, sizeof(ulong));
    }

    private void Wake()
    {
        ulong one = 1;
        Libc.Write(_wakeup, (byte*)&one, sizeof(ulong));
    }
}
