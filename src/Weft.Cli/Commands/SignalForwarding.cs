using System.Runtime.InteropServices;
using Weft.Cli.Host;

namespace Weft.Cli.Commands;

/// <summary>Hands signals on to the program that <c>weft run</c> stands in front of, and keeps them from ending us before we have cleaned up.</summary>
internal sealed class SignalForwarding : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly RunningWorkload _workload;

    public SignalForwarding(RunningWorkload workload)
    {
        _workload = workload;
        foreach (int signal in (int[])[Native.SignalHangup, Native.SignalUser1, Native.SignalUser2])
        {
            Listen((PosixSignal)signal, () => workload.Signal(signal));
        }

        Listen(PosixSignal.SIGQUIT, () => FromTerminal(Native.SignalQuit));
        Listen(PosixSignal.SIGINT, () => FromTerminal(Native.SignalInterrupt));
        Listen(PosixSignal.SIGTERM, () => { });
    }

    /// <summary>The signal that came last and asked for an end.</summary>
    public PosixSignal? Last { get; private set; }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Listen(PosixSignal signal, Action act) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            Last = signal;
            act();
        }));

    /// <summary>Ctrl-C reaches every process of the terminal's foreground; handed on, the program would get it twice.</summary>
    private void FromTerminal(int signal)
    {
        if (!Native.IsTerminalForeground())
        {
            _workload.Signal(signal);
        }
    }
}
