using System.Runtime.InteropServices;

namespace Weft.ControlPlane;

/// <summary>Puts the control plane together in named steps, and takes it apart in reverse.</summary>
public static class ServerHost
{
    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    public static async Task<int> RunAsync(ServerSettings settings, TimeProvider time, TextWriter output)
    {
        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration term = OnSignal(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, stop);
        using DataDirectory data = DataDirectory.Open(settings.DataDirectory);
        await stop.Task;
        return ServerExit.Ok;
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, TaskCompletionSource stop)
        => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.TrySetResult();
        });
}
