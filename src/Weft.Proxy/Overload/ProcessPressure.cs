using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;
using Weft.Proxy.Listening;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Overload;

/// <summary>How much of its descriptors and memory the whole process has in use. Read by every loop, from any thread.</summary>
/// <param name="descriptorsMax">What the system grants; 0 when unknown.</param>
/// <param name="memory">What the process may have in RAM.</param>
internal sealed class ProcessPressure(long descriptorsMax, MemoryLimit memory)
{
    /// <summary>How often the system is asked. In between, what buffers grow by is counted.</summary>
    private const long MemoryEveryMs = 25;

    private readonly MemoryBudget _budget = new();
    private readonly List<EventLoop> _loops = [];
    private long _memoryAtMs = long.MinValue / 2;

    /// <summary>Counts the sockets of a loop, and what its buffers grow by. All are named before any of them runs.</summary>
    public void Watch(EventLoop loop)
    {
        _loops.Add(loop);
        if (memory.Bytes > 0)
        {
            loop.Pool.Budget = _budget;
        }
    }

    /// <summary>The fraction in use of what is scarcest. The descriptors kept for admin pages and discovery do not count as there.</summary>
    public double Read(long nowMs) => Math.Max(Descriptors(), Memory(nowMs));

    /// <summary>The fraction of its memory that the process has in use; 0 where there is no limit.</summary>
    public double Memory(long nowMs)
    {
        if (memory.Bytes <= 0)
        {
            return 0;
        }

        // Two loops may read at the same time; both read the truth.
        if (nowMs - Volatile.Read(ref _memoryAtMs) >= MemoryEveryMs)
        {
            Volatile.Write(ref _memoryAtMs, nowMs);
            _budget.Set(memory.Bytes - ProcessFigures.ReadUsage().ResidentBytes - (Sockets() * memory.BytesPerSocket));
        }

        return 1 - ((double)_budget.Left / memory.Bytes);
    }

    private double Descriptors()
    {
        long most = descriptorsMax - ConnectionBudget.ReservedDescriptors;
        if (most <= 0)
        {
            return 0;
        }

        return (double)Sockets() / most;
    }

    private long Sockets()
    {
        long open = 0;
        foreach (EventLoop loop in _loops)
        {
            open += loop.Poller.Watched;
        }

        return open;
    }
}
