using Weft.Proxy.Engine;

namespace Weft.Proxy.Overload;

/// <summary>
/// Gives memory back after a burst. Pools, the collector and the C library keep what they had at the worst moment, and a process that allocates
/// nothing any more never collects. Once the process has become quiet, its loops let go of what they kept for reuse, both heaps are compacted, and pages
/// of the program that nobody uses are unmapped: a few milliseconds in which nobody waits. Where memory runs out it does not wait for quiet: the collector has a budget of its own,
/// and what refused connections and admin pages leave behind would be what brings the process over its limit, where the kernel ends it. Runs on the control loop.
/// </summary>
internal sealed class MemoryTrimmer
{
    private const int LookEveryMs = 750;

    /// <summary>Microseconds of processor time in each millisecond under which the process is quiet: 2 %.</summary>
    private const long QuietUsPerMs = 20;

    /// <summary>Bytes allocated since the last time, from which it is worth while.</summary>
    private const long WorthBytes = 256 * 1024;

    /// <summary>Fraction of the memory from which it does not wait for quiet: the first step of the ladder.</summary>
    private const double PressedFrom = 0.8;

    /// <summary>How often it looks from there on: what comes in between must fit above the highest step.</summary>
    private const int LookPressedEveryMs = 150;

    /// <summary>While the process is busy, collecting takes no more than one part in so many of its time, however large the heap is.</summary>
    private const int RestShare = 20;

    /// <summary>For the loops to let go.</summary>
    private const int LetGoMs = 50;

    private readonly IReadOnlyList<EventLoop> _loops;
    private readonly EventLoop _control;
    private readonly ProcessPressure _pressure;
    private readonly LoopTimer _look;
    private readonly LoopTimer _collect;
    private long _cpuUs;
    private long _allocated;
    private long _restsUntilMs;
    private int _everyMs = LookEveryMs;

    /// <param name="control">Where it runs.</param>
    /// <param name="loops">All loops of the process.</param>
    /// <param name="pressure">How much of its memory the process has in use.</param>
    public MemoryTrimmer(EventLoop control, IReadOnlyList<EventLoop> loops, ProcessPressure pressure)
    {
        _control = control;
        _pressure = pressure;
        _loops = loops;
        _look = new LoopTimer(control, Look);
        _collect = new LoopTimer(control, Collect);
    }

    /// <summary>Begins. Control loop.</summary>
    public void Start() => Look();

    private void Look()
    {
        long cpuUs = Libc.ProcessCpuUs();
        bool quiet = cpuUs - _cpuUs < QuietUsPerMs * _everyMs;
        bool pressed = _pressure.Memory(_control.NowMs) >= PressedFrom;
        _cpuUs = cpuUs;
        if ((quiet || (pressed && _control.NowMs >= _restsUntilMs)) && GC.GetTotalAllocatedBytes() - _allocated >= WorthBytes)
        {
            foreach (EventLoop loop in _loops)
            {
                loop.Post(loop.Trim);
            }

            _collect.Set(LetGoMs);
        }

        _everyMs = pressed ? LookPressedEveryMs : LookEveryMs;
        _look.Set(_everyMs);
    }

    private void Collect()
    {
        long before = Libc.ProcessCpuUs();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Libc.TrimHeap();
        Libc.UnmapProgramPages();
        _allocated = GC.GetTotalAllocatedBytes();
        _cpuUs = Libc.ProcessCpuUs();
        _restsUntilMs = _control.NowMs + ((_cpuUs - before) / 1000 * RestShare);
    }
}
