using System.Globalization;

namespace Weft.Cli.Host;

/// <summary>
/// The cgroup v2 tree. A workload that shares its namespace with others gets a child of the cgroup it is in: its limits and its unit stay what they were, and the
/// capture rules can tell its sockets from its neighbours'.
/// </summary>
internal sealed class Cgroups
{
    private readonly string _root;

    private Cgroups(string root)
    {
        _root = root;
    }

    /// <summary>Finds the tree: <c>/sys/fs/cgroup</c>, or <c>/sys/fs/cgroup/unified</c> where version 1 is mounted beside it.</summary>
    /// <exception cref="CliException">Version 2 is not mounted.</exception>
    public static Cgroups Find()
    {
        foreach (string root in (string[])["/sys/fs/cgroup", "/sys/fs/cgroup/unified"])
        {
            if (File.Exists(Path.Combine(root, "cgroup.controllers")))
            {
                return new Cgroups(root);
            }
        }

        throw HostErrors.Fail(HostErrors.NoCgroup, "cgroup version 2 is not mounted", "a workload in a shared network namespace is recognised by its cgroup", "mount -t cgroup2 none /sys/fs/cgroup", "or use weft run, which gives the workload a namespace of its own");
    }

    /// <summary>The cgroup of a process relative to the tree's root, e.g. "/system.slice/cart.service".</summary>
    public static string PathOf(int pid)
    {
        try
        {
            return File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cgroup")).First(l => l.StartsWith("0::", StringComparison.Ordinal))[3..];
        }
        catch (IOException)
        {
            throw HostErrors.Fail(HostErrors.NoSuchProcess, $"there is no process {pid}", null, "see ps -e");
        }
    }

    /// <summary>Moves a process and its descendants into a child cgroup of its own; done already, it changes nothing.</summary>
    /// <returns>The child's path relative to the tree's root.</returns>
    public string Enter(int pid, string name)
    {
        string current = PathOf(pid);
        string child = current.EndsWith("/" + name, StringComparison.Ordinal) ? current : $"{current.TrimEnd('/')}/{name}";
        Directory.CreateDirectory(_root + child);
        foreach (int member in ProcessTable.WithDescendants(pid))
        {
            Move(member, child);
        }

        return child;
    }

    /// <summary>Moves whatever is in the child back to its parent and removes it.</summary>
    public void Leave(string child)
    {
        string folder = _root + child;
        string parent = child[..child.LastIndexOf('/')];

        // A process may fork while we move it; a few rounds are enough, because the newcomers are moved too.
        for (int round = 0; round < 20 && Directory.Exists(folder); round++)
        {
            foreach (string member in File.ReadLines(Path.Combine(folder, "cgroup.procs")).ToArray())
            {
                Move(int.Parse(member, NumberStyles.None, CultureInfo.InvariantCulture), parent);
            }

            try
            {
                Directory.Delete(folder);
            }
            catch (IOException) when (round < 19)
            {
            }
        }
    }

    /// <summary>Every cgroup below the root whose name starts with <paramref name="prefix"/>.</summary>
    public IReadOnlyList<string> Named(string prefix) =>
        [.. Directory.EnumerateDirectories(_root, prefix + "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 })
            .Select(folder => folder[_root.Length..])];

    /// <summary>The scope for <see cref="CaptureRules"/>. nft looks names up below <c>/sys/fs/cgroup</c>, wherever the tree is mounted.</summary>
    public CaptureScope ScopeOf(string cgroup, IReadOnlyList<int> inboundPorts) =>
        new((_root + cgroup)["/sys/fs/cgroup/".Length..], cgroup.Count(c => c == '/'), inboundPorts);

    private void Move(int pid, string cgroup)
    {
        try
        {
            File.WriteAllText($"{_root}{cgroup}/cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException) when (ProcessIdentity.TryOf(pid) is null)
        {
            // It ended meanwhile.
        }
    }
}
