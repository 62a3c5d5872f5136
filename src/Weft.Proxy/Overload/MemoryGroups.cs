using System.Globalization;

namespace Weft.Proxy.Overload;

/// <summary>
/// The memory that control groups leave to this process. Every group from its own up to the top of what it sees has a say, in version 2 and in version 1, wherever they are mounted:
/// a limit is often set on a unit or a pod, and the process is in a group below.
/// </summary>
internal static class MemoryGroups
{
    /// <summary>What v1 writes for "none", and more than any machine has.</summary>
    private const long NoLimit = 1L << 60;

    /// <summary>The smallest of the limits, in bytes; null for none.</summary>
    public static long? Limit()
        => ReadText("/proc/self/mountinfo") is { } mounts && ReadText("/proc/self/cgroup") is { } groups ? Limit(mounts, groups, ReadText) : null;

    /// <param name="mounts">/proc/self/mountinfo (proc_pid_mountinfo(5)).</param>
    /// <param name="groups">/proc/self/cgroup (cgroups(7)).</param>
    /// <param name="read">The text of a file; null when there is none.</param>
    internal static long? Limit(string mounts, string groups, Func<string, string?> read)
    {
        long least = NoLimit;
        foreach (string mount in mounts.Split('\n'))
        {
            // "35 31 0:32 ROOT POINT OPTIONS [TAGS] - TYPE SOURCE OPTIONS"
            string[] fields = mount.Split(' ');
            int dash = Array.IndexOf(fields, "-");
            if (dash < 6 || fields.Length < dash + 4)
            {
                continue;
            }

            (string? own, string name) = fields[dash + 1] switch
            {
                "cgroup2" => (GroupIn(groups, static controllers => controllers.Length == 0), "memory.max"),
                "cgroup" when IsMemory(fields[dash + 3]) => (GroupIn(groups, IsMemory), "memory.limit_in_bytes"),
                _ => (null, ""),
            };
            if (own is not null)
            {
                least = Math.Min(least, LimitBelow(fields[4], Below(own, fields[3]), name, read));
            }
        }

        return least < NoLimit ? least : null;
    }

    private static bool IsMemory(string controllers) => controllers.Split(',').Contains("memory");

    /// <summary>The path of the line "N:CONTROLLERS:PATH" that is meant; null when there is none.</summary>
    private static string? GroupIn(string groups, Predicate<string> isMeant)
    {
        foreach (string line in groups.Split('\n'))
        {
            string[] parts = line.Split(':', 3);
            if (parts.Length == 3 && isMeant(parts[1]))
            {
                return parts[2];
            }
        }

        return null;
    }

    /// <summary>Where a group lies below a mount that shows the tree from <paramref name="root"/> on. A group that it does not show leaves only the mount's own top.</summary>
    private static string Below(string group, string root)
    {
        root = root.TrimEnd('/');
        return group.StartsWith(root + "/", StringComparison.Ordinal) && !group.Contains("/..", StringComparison.Ordinal) ? group[root.Length..].TrimEnd('/') : "";
    }

    private static long LimitBelow(string top, string group, string name, Func<string, string?> read)
    {
        long least = NoLimit;
        while (true)
        {
            // "max" is none.
            if (long.TryParse(read($"{top}{group}/{name}").AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes))
            {
                least = Math.Min(least, bytes);
            }

            if (group.Length == 0)
            {
                return least;
            }

            group = group[..group.LastIndexOf('/')];
        }
    }

    private static string? ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
