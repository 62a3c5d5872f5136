using System.Text.RegularExpressions;
using Xunit;

namespace Weft.Architecture.Tests;

public sealed partial class SourceFileTests
{
    private const int LinesMax = 600;

    [Fact]
    public void No_source_file_is_longer_than_six_hundred_lines()
    {
        string[] tooLong = [.. Repository.Files(".cs", ".proto", ".js", ".py", ".sh", ".ts", ".tsx")
            .Select(file => (Name: Repository.Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > LinesMax)
            .Select(file => $"{file.Name} ({file.Lines})")];
        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_file_names_a_path_of_one_machine_or_the_host_of_a_registry()
    {
        string[] found = [.. Repository.Files().Where(IsText)
            .SelectMany(file => File.ReadLines(file).Select((line, number) => (Place: $"{Repository.Relative(file)}:{number + 1}", Line: line)))
            .Where(row => MachinePath().IsMatch(row.Line) || RegistryHost().IsMatch(row.Line))
            .Select(row => $"{row.Place}: {row.Line.Trim()}")];
        Assert.Empty(found);
    }

    [Fact]
    public void Every_source_file_uses_a_file_scoped_namespace()
    {
        string[] found = [.. Repository.Files(".cs").Where(file => File.ReadLines(file).Any(line => BlockNamespace().IsMatch(line))).Select(Repository.Relative)];
        Assert.Empty(found);
    }

    [Fact]
    public void Nothing_is_left_to_be_done_later()
    {
        string[] found = [.. Repository.Files(".cs", ".sh", ".js", ".py").Where(file => File.ReadLines(file).Any(line => LaterMark().IsMatch(line))).Select(Repository.Relative)];
        Assert.Empty(found);
    }

    private static bool IsText(string file)
    {
        using FileStream stream = File.OpenRead(file);
        Span<byte> head = stackalloc byte[4096];
        return !head[..stream.Read(head)].Contains((byte)0);
    }

    // Written with a class of one letter, so that this file does not find itself.
    [GeneratedRegex(@"(^|[^A-Za-z0-9_.}])/(wor[k]|roo[t])/")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"nuge[t]\.org/|npmj[s]\.(org|com)|deb\.debia[n]\.org|pyp[i]\.org|<packageSource[s]>")]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"^namespace [\w.]+\s*(\{|$)")]
    private static partial Regex BlockNamespace();

    [GeneratedRegex(@"\bTOD[O]\b|\bFIXM[E]\b|\bHAC[K]\b|NotImplementedExceptio[n]")]
    private static partial Regex LaterMark();
}
