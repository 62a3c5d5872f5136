using System.Runtime.InteropServices;

namespace Weft.Proxy.Engine;

/// <content>The memory of the C library, and the processor's clock.</content>
internal static unsafe partial class Libc
{
    private const int ClockProcessCpuTime = 2;

    private static readonly delegate* unmanaged<nuint, int> s_mallocTrim = FindMallocTrim();

    /// <summary>User and system time of all threads of this process, in microseconds.</summary>
    public static long ProcessCpuUs()
    {
        long* time = stackalloc long[2];
        return ClockGetTime(ClockProcessCpuTime, time) == 0 ? (time[0] * 1_000_000) + (time[1] / 1000) : 0;
    }

    /// <summary>Gives free pages of the C library's heap back to the kernel (malloc_trim(3)), where that library can.</summary>
    public static void TrimHeap()
    {
        if (s_mallocTrim is not null)
        {
            s_mallocTrim(0);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, long* time);

    /// <summary>Only the GNU library has it.</summary>
    private static delegate* unmanaged<nuint, int> FindMallocTrim()
        => NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out nint address) ? (delegate* unmanaged<nuint, int>)address : null;
}
