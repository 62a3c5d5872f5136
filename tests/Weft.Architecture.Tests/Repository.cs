using System.Xml.Linq;

namespace Weft.Architecture.Tests;

/// <summary>The tree of sources that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] s_notOurs = [".git", "artifacts", "bin", "obj", "node_modules", "dist", "TestResults"];

    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Files(params string[] extensions)
        => Walk(Root).Where(file => extensions.Length == 0 || extensions.Contains(Path.GetExtension(file)));

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    /// <summary>Names of the projects that a project references, for example <c>Weft.Wire</c>.</summary>
    public static string[] References(string project)
        => [.. XDocument.Load(ProjectFile(project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')))
            .Order(StringComparer.Ordinal)];

    public static string[] Packages(string project)
        => [.. XDocument.Load(ProjectFile(project)).Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!)];

    public static IEnumerable<string> Closure(string project)
    {
        HashSet<string> seen = [project];
        Queue<string> open = new([project]);
        while (open.TryDequeue(out string? next))
        {
            foreach (string reference in References(next).Where(seen.Add))
            {
                open.Enqueue(reference);
            }
        }

        return seen;
    }

    public static string[] Projects(string folder)
        => [.. Directory.GetDirectories(Path.Combine(Root, folder)).Select(path => Path.GetFileName(path)!)
            .Where(name => File.Exists(Path.Combine(Root, folder, name, name + ".csproj"))).Order(StringComparer.Ordinal)];

    private static string ProjectFile(string project)
    {
        string source = Path.Combine(Root, "src", project, project + ".csproj");
        return File.Exists(source) ? source : Path.Combine(Root, "tests", project, project + ".csproj");
    }

    private static IEnumerable<string> Walk(string folder)
    {
        // In a worktree, .git is a file.
        foreach (string file in Directory.GetFiles(folder).Where(file => !s_notOurs.Contains(Path.GetFileName(file))))
        {
            yield return file;
        }

        foreach (string inner in Directory.GetDirectories(folder).Where(inner => !s_notOurs.Contains(Path.GetFileName(inner))))
        {
            foreach (string file in Walk(inner))
            {
                yield return file;
            }
        }
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Weft.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("Weft.slnx is in no folder above " + AppContext.BaseDirectory);
    }
}
