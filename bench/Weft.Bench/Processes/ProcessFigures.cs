using System.Globalization;
using System.Runtime.InteropServices;

namespace Weft.Bench.Processes;

/// <summary>What the kernel says of a process, from <c>/proc</c>.</summary>
internal static partial class ProcessFigures
{
    /// <summary>The process and all its descendants.</summary>
    public static IReadOnlyList<int> TreeOf(int root)
    {
        List<int> tree = [root];
        for (int i = 0; i < tree.Count; i++)
        {
            foreach (string task in Directories($"/proc/{Text(tree[i])}/task"))
            {
                tree.AddRange(ReadWords(task + "/children").Select(word => int.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture)));
            }
        }

        return tree;
    }

    /// <summary>User and system time of all threads so far, ended ones included, in microseconds; 0 when the process is gone.</summary>
    /// <remarks>The process's own clock counts nanoseconds; <c>/proc/PID/stat</c> counts ticks of 10 ms, which is too coarse at low rates.</remarks>
    public static double CpuUs(int process)
        => ClockOf(process, out int clock) == 0 && ReadClock(clock, out TimeSpec time) == 0 ? (time.Seconds * 1_000_000.0) + (time.Nanoseconds / 1_000.0) : 0;

    /// <summary>Adds the ticks of 10 ms that the process has spent so far, in the kernel and altogether.</summary>
    public static void AddTicks(int process, ref long kernel, ref long all)
    {
        // The second field is the program's name and may hold blanks and brackets.
        string stat = string.Join(' ', ReadWords($"/proc/{Text(process)}/stat"));
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        const int UserField = 11;
        if (fields.Length > UserField + 1)
        {
            kernel += Number(fields[UserField + 1]);
            all += Number(fields[UserField]) + Number(fields[UserField + 1]);
        }
    }

    /// <summary>Resident memory in KiB.</summary>
    public static long ResidentKiB(int process)
    {
        foreach (string line in File.ReadLines($"/proc/{Text(process)}/status"))
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
            {
                return Number(line[6..].Trim().Split(' ')[0]);
            }
        }

        return 0;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    // A process may end between a look at it and the next.
    private static string[] Directories(string path)
    {
        try
        {
            return Directory.GetDirectories(path);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static string[] ReadWords(string file)
    {
        try
        {
            return File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return [];
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_getcpuclockid")]
    private static partial int ClockOf(int process, out int clock);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
