using System.Runtime.InteropServices;

namespace Weft.Cli.Host;

/// <summary>The few system calls that .NET has no method for (signatures: the man pages of section 2).</summary>
internal static partial class Native
{
    public const int CloneNewNet = 0x40000000;
    public const int OpenReadOnly = 0;
    public const int OpenCloseOnExec = 0x80000;
    public const int SignalHangup = 1;
    public const int SignalInterrupt = 2;
    public const int SignalQuit = 3;
    public const int SignalKill = 9;
    public const int SignalUser1 = 10;
    public const int SignalUser2 = 12;
    public const int SignalTerminate = 15;

    // The same numbers on every architecture: both calls are newer than the unified table.
    private const long CallPidfdSendSignal = 424;
    private const long CallPidfdOpen = 434;

    public static bool IsRoot => geteuid() == 0;

    public static uint UserId => geteuid();

    public static int PidfdOpen(int pid) => (int)syscall(CallPidfdOpen, pid, 0, 0, 0);

    public static int PidfdSendSignal(int pidfd, int signal) => (int)syscall(CallPidfdSendSignal, pidfd, signal, 0, 0);

    /// <summary>True when this process is in the foreground of the terminal on its standard input, so that Ctrl-C reaches its children too.</summary>
    public static bool IsTerminalForeground() => tcgetpgrp(0) is var group && group > 0 && group == getpgrp();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setns(int fd, int type);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int statx(int directory, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetpgrp(int fd);

    [LibraryImport("libc")]
    private static partial int getpgrp();

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b, long c, long d);
}
