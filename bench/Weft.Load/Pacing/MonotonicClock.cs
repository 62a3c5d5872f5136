using System.Runtime.InteropServices;

namespace Weft.Load.Pacing;

/// <summary>Sleeps to a point in time, to some ten microseconds; the timers of the runtime are good for a millisecond only,
/// which is more than what is measured here.</summary>
internal static partial class MonotonicClock
{
    private const int ClockMonotonic = 1;
    private const int TimerAbsolute = 1;
    private const int SetTimerSlack = 29;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Asks the kernel to wake this thread on time instead of with its default slack of 50 µs.</summary>
    public static void BePunctual() => _ = Control(SetTimerSlack, 1, 0, 0, 0);

    /// <summary>Returns at or after <paramref name="timestamp"/>, a value of <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>,
    /// which on Linux is this clock in nanoseconds. Returns early on a signal; call again.</summary>
    public static void SleepUntil(long timestamp)
    {
        TimeSpec until = new() { Seconds = (nint)(timestamp / NanosecondsPerSecond), Nanoseconds = (nint)(timestamp % NanosecondsPerSecond) };
        _ = Sleep(ClockMonotonic, TimerAbsolute, in until, 0);
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int Sleep(int clock, int flags, in TimeSpec until, nint remaining);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint a, nuint b, nuint c, nuint d);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
