using System.Globalization;

namespace Weft.Native.Tests;

/// <summary>What the kernel tells of a process in /proc (proc(5)).</summary>
internal static class ProcessFiles
{
    /// <summary>Resident memory in KiB.</summary>
    public static long ResidentKb(int processId) => long.Parse(
        File.ReadLines($"/proc/{processId}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>Processor time taken up to now, in ticks of 10 ms: the 14th and 15th field of the file, of which the second may contain blanks.</summary>
    public static long CpuTicks(int processId)
    {
        string stat = File.ReadAllText($"/proc/{processId}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }
}
