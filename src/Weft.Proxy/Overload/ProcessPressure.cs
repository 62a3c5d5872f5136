using System.Globalization;
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

    /// <summary>
    /// The memory that the process may use: what the user said, else the limit of its control group (v2 memory.max, or v1), else none (0).
    /// </summary>
    public static long MemoryLimit(long configured)
        => configured > 0 ? configured : ReadLimit("/sys/fs/cgroup" + OwnGroup() + "/memory.max") ?? ReadLimit("/sys/fs/cgroup/memory.max")
            ?? ReadLimit("/sys/fs/cgroup/memory/memory.limit_in_bytes") ?? 0;

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

    /// <summary>The path behind "0::" in /proc/self/cgroup, empty for the root and where there is none.</summary>
    private static string OwnGroup()
    {
        try
        {
            string? line = File.ReadLines("/proc/self/cgroup").FirstOrDefault(static line => line.StartsWith("0::/", StringComparison.Ordinal));
            return line is null ? "" : line[3..].TrimEnd('/');
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static long? ReadLimit(string file)
    {
        try
        {
            // "max" and the huge number of v1 both mean none.
            return long.TryParse(File.ReadAllText(file).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) && bytes < 1L << 60 ? bytes : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
