namespace Weft.Cli;

/// <summary>Finds Weft's other programs and those of the system that it needs.</summary>
internal static class ProgramFinder
{
    /// <summary>Searches the variable (which must then exist), this program's folder, the folder below or beside it, and <c>PATH</c>.</summary>
    /// <param name="host">Environment and folders.</param>
    /// <param name="name">File name of the program.</param>
    /// <param name="variable">Variable that names the program's path, or null for none.</param>
    /// <param name="sibling">Folder below or beside this program's where a build puts it, or null for none.</param>
    public static string? Find(CliHost host, string name, string? variable = null, string? sibling = null)
    {
        if (variable is not null && host.Variable(variable) is { } given)
        {
            return File.Exists(given) ? Path.GetFullPath(given, host.WorkingDirectory) : null;
        }

        var folders = new List<string> { host.ProgramDirectory };
        if (sibling is not null)
        {
            folders.Add(Path.Combine(host.ProgramDirectory, sibling));
            folders.Add(Path.Combine(host.ProgramDirectory, "..", sibling));
        }

        folders.AddRange((host.Variable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries));
        // An unprivileged PATH often leaves out where nft and ip live.
        folders.AddRange(["/usr/sbin", "/sbin"]);
        return folders.Where(Path.IsPathRooted).Select(f => Path.GetFullPath(Path.Combine(f, name))).FirstOrDefault(File.Exists);
    }
}
