using System.Globalization;

namespace Weft.Bench.Processes;

/// <summary>What the kernel says of a process, from <c>/proc</c>.</summary>
internal static class ProcessFigures
{
    // Linux reports process times in ticks of 10 ms to user space on every supported architecture.
    private const double MicrosecondsPerTick = 10_000;

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

    /// <summary>User and system time of all threads so far, in microseconds, exact to 10,000.</summary>
    public static double CpuUs(int process)
    {
        // The second field is the name in parentheses and may hold blanks, so counting starts after it.
        string stat = File.ReadAllText($"/proc/{Text(process)}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) * MicrosecondsPerTick;
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

    private static string[] Directories(string path) => Directory.Exists(path) ? Directory.GetDirectories(path) : [];

    private static string[] ReadWords(string file)
        => File.Exists(file) ? File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
}
