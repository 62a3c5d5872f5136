using System.Globalization;
using System.Text.Json.Serialization;

namespace Weft.Cli.Host;

/// <summary>One process, and never another with the same number: the kernel reuses numbers, so the start time (clock ticks since boot) belongs to the identity.</summary>
internal sealed record ProcessIdentity(int Pid, long StartTicks)
{
    [JsonIgnore]
    public bool IsAlive => TryOf(Pid)?.StartTicks == StartTicks;

    /// <summary>The process that has this number now, or null. A process that has ended but was not waited for counts as gone.</summary>
    public static ProcessIdentity? TryOf(int pid)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));

            // The second field is the name in parentheses and may hold anything; fields are counted from behind it (proc(5)).
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : new ProcessIdentity(pid, long.Parse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Sends a signal if the process still is the one meant: the descriptor pins it, then the start time is compared.</summary>
    /// <returns>False when it is gone.</returns>
    public bool Signal(int signal)
    {
        int pidfd = Native.PidfdOpen(Pid);
        if (pidfd < 0)
        {
            return false;
        }

        try
        {
            return IsAlive && Native.PidfdSendSignal(pidfd, signal) == 0;
        }
        finally
        {
            _ = Native.close(pidfd);
        }
    }

    /// <summary>Asks with SIGTERM, waits, and insists with SIGKILL. Returns when the process is gone.</summary>
    public async Task StopAsync(TimeSpan grace, CancellationToken cancel)
    {
        if (!Signal(Native.SignalTerminate) || await WaitForExitAsync(grace, cancel))
        {
            return;
        }

        Signal(Native.SignalKill);
        await WaitForExitAsync(TimeSpan.FromSeconds(5), cancel);
    }

    /// <summary>True when the process was gone within <paramref name="limit"/>.</summary>
    public async Task<bool> WaitForExitAsync(TimeSpan limit, CancellationToken cancel)
    {
        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (IsAlive)
        {
            if (Environment.TickCount64 >= end)
            {
                return false;
            }

            await Task.Delay(20, cancel);
        }

        return true;
    }
}
