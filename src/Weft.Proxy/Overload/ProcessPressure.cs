using Weft.Proxy.Engine;
using Weft.Proxy.Listening;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Overload;

/// <summary>How much of its descriptors and memory the whole process has in use. Read by every loop, from any thread.</summary>
/// <param name="descriptorsMax">What the system grants; 0 when unknown.</param>
/// <param name="memoryMax">Bytes that the process may have in RAM; 0 for no limit.</param>
internal sealed class ProcessPressure(long descriptorsMax, long memoryMax)
{
    private const long MemoryEveryMs = 500;

    private readonly List<EventLoop> _loops = [];
    private long _memoryAtMs = long.MinValue / 2;
    private long _resident;

    /// <summary>Counts the sockets of a loop. All are named before any of them runs.</summary>
    public void Watch(EventLoop loop) => _loops.Add(loop);

    /// <summary>The fraction in use of what is scarcest. The descriptors kept for admin pages and discovery do not count as there.</summary>
    public double Read(long nowMs) => Math.Max(Descriptors(), Memory(nowMs));

    /// <summary>The memory that the process may use: what the user said, else what its control groups leave it, else any (0).</summary>
    public static long MemoryLimit(long configured) => configured > 0 ? configured : MemoryGroups.Limit() ?? 0;

    private double Memory(long nowMs)
    {
        if (memoryMax <= 0)
        {
            return 0;
        }

        // Two loops may read at the same time; both read the truth.
        if (nowMs - Volatile.Read(ref _memoryAtMs) >= MemoryEveryMs)
        {
            Volatile.Write(ref _memoryAtMs, nowMs);
            Volatile.Write(ref _resident, ProcessFigures.ReadUsage().ResidentBytes);
        }

        return (double)Volatile.Read(ref _resident) / memoryMax;
    }

    private double Descriptors()
    {
        long most = descriptorsMax - ConnectionBudget.ReservedDescriptors;
        if (most <= 0)
        {
            return 0;
        }

        long open = 0;
        foreach (EventLoop loop in _loops)
        {
            open += loop.Poller.Watched;
        }

        return (double)open / most;
    }
}
