using System.Globalization;
using System.Text;

namespace Weft.Cli.Host;

/// <summary>Looks through <c>/proc</c>.</summary>
internal static class ProcessTable
{
    /// <summary>Set in the environment of every process that Weft starts, to the run directory; children inherit it, so that they can be found after a crash.</summary>
    public const string MarkVariable = "WEFT_RUN_MARK";

    public static IEnumerable<int> All()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
            {
                yield return pid;
            }
        }
    }

    /// <summary>Every process that was started with <see cref="MarkVariable"/> set to <paramref name="runDirectory"/>, except us and those that we descend from.</summary>
    public static IReadOnlyList<ProcessIdentity> Marked(string runDirectory)
    {
        byte[] mark = Encoding.UTF8.GetBytes($"{MarkVariable}={runDirectory}\0");
        return Where(pid => HasEnvironment(pid, mark));
    }

    /// <summary>Every process in the network namespace with this inode, except us and those that we descend from.</summary>
    public static IReadOnlyList<ProcessIdentity> InNamespace(string netnsLink) =>
        Where(pid => NamespaceOf(pid) == netnsLink);

    /// <summary>What <c>/proc/PID/ns/net</c> says ("net:[4026531840]"), or null when the process is gone or not ours to see.</summary>
    public static string? NamespaceOf(int pid)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net")).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static int? ParentOf(int pid)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return int.Parse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The process and everything that descends from it.</summary>
    public static IReadOnlyList<int> WithDescendants(int root)
    {
        var children = All().Select(pid => (Pid: pid, Parent: ParentOf(pid))).Where(p => p.Parent is not null).ToLookup(p => p.Parent!.Value, p => p.Pid);
        var found = new List<int> { root };
        for (int i = 0; i < found.Count; i++)
        {
            found.AddRange(children[found[i]]);
        }

        return found;
    }

    private static List<ProcessIdentity> Where(Func<int, bool> wanted)
    {
        HashSet<int> spared = [];
        for (int? pid = Environment.ProcessId; pid is > 0 && spared.Add(pid.Value);)
        {
            pid = ParentOf(pid.Value);
        }

        return [.. All().Where(pid => !spared.Contains(pid) && wanted(pid)).Select(ProcessIdentity.TryOf).OfType<ProcessIdentity>()];
    }

    private static bool HasEnvironment(int pid, ReadOnlySpan<byte> entry)
    {
        try
        {
            // Entries end with a zero byte and the first has none before it.
            ReadOnlySpan<byte> all = File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/environ"));
            int at = all.IndexOf(entry);
            return at == 0 || (at > 0 && all[at - 1] == 0);
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
