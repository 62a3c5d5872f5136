using System.Runtime.InteropServices;

namespace Weft.ControlPlane.Serving;

/// <summary>
/// Gives memory back. The collector lets its oldest generation grow to nearly twice of what is alive in it, and lets garbage lie as long as the machine has
/// memory; the allocator of the C library, from which TLS takes its own, keeps what a crowd of handshakes left. Both would make the server several times as
/// large as what it holds.
/// </summary>
internal sealed partial class MemoryKeeper
{
    /// <summary>Garbage below this is not worth a pause; nor is less than a tenth of what is alive.</summary>
    internal const long SlackBytes = 32 * 1024 * 1024;

    /// <summary>After a collection that took a second of a processor the next is at least so many seconds away: that is what memory may cost. Where more
    /// garbage comes together than is worth a pause, in proportion sooner.</summary>
    internal const int RestPerPause = 10;

    /// <summary>The least rest after a collection, however short it was.</summary>
    private const long RestMs = 2_000;

    private long _alive;
    private long _last;
    private double _restMs;

    /// <summary>To be called about once a second.</summary>
    internal void Tick()
    {
        long now = Environment.TickCount64;
        long slack = Math.Max(SlackBytes, _alive / 10);
        long grown = GC.GetTotalMemory(forceFullCollection: false) - _alive;
        if (grown < slack || (now - _last) * ((double)grown / slack) < _restMs)
        {
            return;
        }

        // Processor time, not time: what a busy machine makes it wait is no work of the collector.
        TimeSpan begin = Environment.CpuUsage.TotalTime;
        Collect();
        _alive = GC.GetTotalMemory(forceFullCollection: false);
        _restMs = RestMs + ((Environment.CpuUsage.TotalTime - begin).TotalMilliseconds * RestPerPause);
        _last = Environment.TickCount64;
    }

    private void Collect()
    {
        // What is free between what lives is used again; only when there is much of it, it is worth to push together what lives and to hand the rest back.
        bool compacts = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes > _alive + (2 * SlackBytes);
        if (!compacts)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
            return;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
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
