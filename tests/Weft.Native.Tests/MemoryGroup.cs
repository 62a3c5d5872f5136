using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>
/// A control group that bounds the memory of the programs started in it: of version 2, or of version 1 on a machine that has its memory controller there. What it bounds, the kernel
/// enforces: who needs more is killed.
/// </summary>
internal sealed class MemoryGroup : IAsyncDisposable
{
    /// <summary>For the kernel to forget a process that has ended.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _folder;
    private readonly string _killsFile;

    private MemoryGroup(string folder, string killsFile)
    {
        _folder = folder;
        _killsFile = killsFile;
    }

    /// <summary>How many processes of the group the kernel has killed for want of memory.</summary>
    public long Kills => long.Parse(
        File.ReadLines(Path.Combine(_folder, _killsFile)).First(static line => line.StartsWith("oom_kill ", StringComparison.Ordinal))["oom_kill ".Length..],
        CultureInfo.InvariantCulture);

    /// <summary>Makes a group. Where nobody may, the test says so and is skipped; in continuous integration it fails.</summary>
    public static MemoryGroup Make(long limitBytes)
    {
        (string Root, string Limit, string Kills)[] places =
        [
            ("/sys/fs/cgroup", "memory.max", "memory.events"),
            ("/sys/fs/cgroup/unified", "memory.max", "memory.events"),
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.oom_control"),
        ];
        List<string> faults = [];
        foreach ((string root, string limit, string kills) in places)
        {
            string folder = Path.Combine(root, $"weft-test-{Guid.NewGuid():n}");
            try
            {
                if (limit == "memory.max" && !Delegates(root))
                {
                    faults.Add($"{root} has no memory controller of version 2");
                    continue;
                }

                Directory.CreateDirectory(folder);
                File.WriteAllText(Path.Combine(folder, limit), limitBytes.ToString(CultureInfo.InvariantCulture));
                return new MemoryGroup(folder, kills);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                faults.Add($"{folder}: {refused.Message}");
                RemoveIfMade(folder);
            }
        }

        string why = $"needs root and a control group that bounds memory, of version 2 or 1: {string.Join("; ", faults)}";
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI " + why);
        Assert.Skip(why);
        throw new InvalidOperationException(why);
    }

    /// <summary>Starts a program that is in the group before it is itself: the shell moves itself there and becomes the program, with the same process id.</summary>
    public Process Start(string program, IEnumerable<string> arguments)
        => Programs.Start("sh", ["-c", "echo $$ >\"$0\" && exec \"$@\"", Path.Combine(_folder, "cgroup.procs"), program, .. arguments]);

    /// <summary>Removes the group. Whoever was in it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                Directory.Delete(_folder);
                return;
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>Whether children of the root get the controller, after asking for it.</summary>
    private static bool Delegates(string root)
    {
        string controllers = Path.Combine(root, "cgroup.controllers");
        if (!File.Exists(controllers) || !File.ReadAllText(controllers).Split(' ', '\n').Contains("memory"))
        {
            return false;
        }

        string granted = Path.Combine(root, "cgroup.subtree_control");
        if (!File.ReadAllText(granted).Split(' ', '\n').Contains("memory"))
        {
            File.WriteAllText(granted, "+memory");
        }

        return true;
    }

    private static void RemoveIfMade(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder);
        }
    }
}
