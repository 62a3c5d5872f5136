using System.Globalization;

namespace Weft.Proxy.Telemetry;

/// <summary>What the kernel and the runtime say about this process.</summary>
/// <param name="ResidentBytes">Memory in RAM.</param>
/// <param name="VirtualBytes">Address space.</param>
/// <param name="CpuUs">User and system time, in microseconds.</param>
/// <param name="OpenFds">Open file descriptors.</param>
/// <param name="MaxFds">Soft limit of them; 0 when unknown.</param>
internal readonly record struct ProcessFigures(long ResidentBytes, long VirtualBytes, long CpuUs, int OpenFds, long MaxFds)
{
    /// <summary>Ticks per second of /proc/self/stat; 100 on every Linux that runs .NET.</summary>
    private const long ClockTicks = 100;

    /// <summary>Bytes of objects that all threads have made.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>Runs of the garbage collector.</summary>
    public int Collections { get; init; }

    /// <summary>Reads /proc/self; numbers that cannot be read are 0.</summary>
    public static ProcessFigures Read()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/self/stat"), File.ReadAllText("/proc/self/statm"), File.ReadAllText("/proc/self/limits"))
                with
                {
                    OpenFds = Directory.GetFileSystemEntries("/proc/self/fd").Length,
                    AllocatedBytes = GC.GetTotalAllocatedBytes(),
                    Collections = GC.CollectionCount(0),
                };
        }
        catch (IOException)
        {
            return default;
        }
    }

    /// <summary>Memory and CPU time alone, for reading every second: counting descriptors takes time for each of them.</summary>
    public static ProcessFigures ReadUsage()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/self/stat"), File.ReadAllText("/proc/self/statm"), limits: "");
        }
        catch (IOException)
        {
            return default;
        }
    }

    /// <summary>With the time that the processes before this one have used: a counter that goes on when the process changes.</summary>
    public ProcessFigures WithCpuOf(long ancestorsUs) => this with { CpuUs = CpuUs + ancestorsUs };

    internal static ProcessFigures Parse(string stat, string statm, string limits)
    {
        // The second field of stat is the name in parentheses and may hold blanks: the numbers start after the last one.
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long ticks = Number(fields, 11) + Number(fields, 12);
        string[] pages = statm.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new ProcessFigures(
            Number(pages, 1) * Environment.SystemPageSize,
            Number(pages, 0) * Environment.SystemPageSize,
            ticks * 1_000_000 / ClockTicks,
            0,
            MaxOpenFiles(limits));
    }

    private static long MaxOpenFiles(string limits)
    {
        const string Name = "Max open files";
        foreach (string line in limits.Split('\n'))
        {
            if (line.StartsWith(Name, StringComparison.Ordinal))
            {
                return Number(line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries), 0);
            }
        }

        return 0;
    }

    private static long Number(string[] fields, int index) =>
        index < fields.Length && long.TryParse(fields[index], NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : 0;
}
