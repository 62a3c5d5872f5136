using Weft.Proxy.Engine;

namespace Weft.Proxy.Overload;

/// <summary>
/// Gives memory back after a burst. Pools, the collector and the C library keep what they had at the worst moment, and a process that allocates
/// nothing any more never collects. Once the process has become quiet, its loops let go of what they kept for reuse, both heaps are compacted, and pages
/// of the program that nobody uses are unmapped: a few milliseconds in which nobody waits. Runs on the control loop.
/// </summary>
internal sealed class MemoryTrimmer
{
    private const int LookEveryMs = 750;

    /// <summary>Processor time within one look under which the process is quiet: 2 %.</summary>
    private const long QuietUs = LookEveryMs * 20;

    /// <summary>Bytes allocated since the last time, from which it is worth while.</summary>
    private const long WorthBytes = 256 * 1024;

    /// <summary>For the loops to let go.</summary>
    private const int LetGoMs = 50;

    private readonly IReadOnlyList<EventLoop> _loops;
    private readonly LoopTimer _look;
    private readonly LoopTimer _collect;
    private long _cpuUs;
    private long _allocated;

    public MemoryTrimmer(EventLoop control, IReadOnlyList<EventLoop> loops)
    {
        _loops = loops;
        _look = new LoopTimer(control, Look);
        _collect = new LoopTimer(control, Collect);
    }

    /// <summary>Begins. Control loop.</summary>
    public void Start() => Look();

    private void Look()
    {
        long cpuUs = Libc.ProcessCpuUs();
        bool quiet = cpuUs - _cpuUs < QuietUs;
        _cpuUs = cpuUs;
        if (quiet && GC.GetTotalAllocatedBytes() - _allocated >= WorthBytes)
        {
            foreach (EventLoop loop in _loops)
            {
                loop.Post(loop.Trim);
            }

            _collect.Set(LetGoMs);
        }

        _look.Set(LookEveryMs);
    }

    private void Collect()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Libc.TrimHeap();
        Libc.UnmapProgramPages();
        _allocated = GC.GetTotalAllocatedBytes();
        _cpuUs = Libc.ProcessCpuUs();
    }
}
