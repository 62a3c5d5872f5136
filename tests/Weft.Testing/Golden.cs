namespace Weft.Testing;

/// <summary>
/// Golden pairs: an input file and what is expected of it, side by side under <c>tests/PROJECT/Golden</c>. With <c>UPDATE_GOLDEN=1</c> the expected
/// files are written instead of compared; the difference is then reviewed like code.
/// </summary>
public static class Golden
{
    /// <summary>The folder of the repository that the tests were built in.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Inputs of a folder, by file name without the ending, sorted. Adding a case is adding a file.</summary>
    public static IEnumerable<string> Cases(string project, string folder, string ending)
        => Directory.EnumerateFiles(FolderOf(project, folder), "*" + ending)
            .Select(path => Path.GetFileName(path)[..^ending.Length])
            .Order(StringComparer.Ordinal);

    public static string Read(string project, string folder, string file) => File.ReadAllText(Path.Combine(FolderOf(project, folder), file));

    /// <summary>Compares with the expected file, or writes it.</summary>
    /// <exception cref="InvalidOperationException">They differ; the message shows the first difference.</exception>
    public static void Check(string project, string folder, string file, string actual)
    {
        string path = Path.Combine(FolderOf(project, folder), file);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        string expected = File.Exists(path)
            ? File.ReadAllText(path)
            : throw new InvalidOperationException($"{file} is missing; run with UPDATE_GOLDEN=1 and review it");
        if (expected != actual)
        {
            throw new InvalidOperationException($"{folder}/{file} differs {FirstDifference(expected, actual)}\n--- actual, whole\n{actual}");
        }
    }

    private static string FirstDifference(string expected, string actual)
    {
        string[] left = expected.Split('\n');
        string[] right = actual.Split('\n');
        int line = 0;
        while (line < left.Length && line < right.Length && left[line] == right[line])
        {
            line++;
        }

        string Show(string[] lines) => line < lines.Length ? lines[line] : "(end)";
        return $"at line {line + 1}\n  expected: {Show(left)}\n  actual:   {Show(right)}";
    }

    private static string FolderOf(string project, string folder) => Path.Combine(Root, "tests", project, "Golden", folder);

    private static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Weft.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("Weft.slnx is in no folder above the tests");
    }
}
