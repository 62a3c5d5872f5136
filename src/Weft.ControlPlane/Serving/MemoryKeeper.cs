using System.Runtime.InteropServices;

namespace Weft.ControlPlane.Serving;

/// <summary>
/// Gives memory back. The collector lets garbage lie as long as the machine has memory, and the allocator of the C library, from which TLS takes its own, keeps what
/// a crowd of handshakes left; both would make the server several times as large as what it holds.
/// </summary>
internal sealed partial class MemoryKeeper
{
    /// <summary>Calls of <see cref="Tick"/> between two looks.</summary>
    private const int EveryTicks = 30;

    /// <summary>Garbage below this is not worth a pause.</summary>
    private const long SlackBytes = 64 * 1024 * 1024;

    private long _alive;
    private int _ticks;

    /// <summary>To be called about once a second.</summary>
    internal void Tick()
    {
        if (++_ticks % EveryTicks != 0 || GC.GetTotalMemory(forceFullCollection: false) < _alive + (_alive / 3) + SlackBytes)
        {
            return;
        }

        // Aggressive also hands the emptied memory back to the system.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _alive = GC.GetTotalMemory(forceFullCollection: false);
        if (OperatingSystem.IsLinux())
        {
            Trim();
        }
    }

    private static void Trim()
    {
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Other C libraries than glibc have no such call, and do not need it.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MallocTrim(nuint pad);
}
