using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Weft.Architecture.Tests;

public sealed partial class ProjectReferenceTests
{
    private static readonly string[] s_programs = ["Weft.Proxy", "Weft.ControlPlane", "Weft.Cli"];

    private static readonly Dictionary<string, string[]> s_drawn = ReadTable();

    public static TheoryData<string> SourceProjects => [.. Repository.Projects("src")];

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void References_are_exactly_the_arrows_of_the_architecture_document(string project)
    {
        Assert.True(s_drawn.ContainsKey(project), $"{project} has no row in the table of ARCHITECTURE.md");
        Assert.Equal(s_drawn[project], Repository.References(project));
    }

    [Fact]
    public void The_architecture_document_names_only_projects_that_exist() => Assert.Equal(Repository.Projects("src"), s_drawn.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Programs_are_referenced_by_nobody_but_tests()
    {
        foreach (string project in Repository.Projects("src"))
        {
            Assert.Empty(Repository.References(project).Intersect(s_programs));
        }
    }

    [Fact]
    public void The_proxy_and_what_it_is_made_of_use_no_package()
    {
        foreach (string project in Repository.Closure("Weft.Proxy"))
        {
            Assert.True(Repository.Packages(project).Length == 0, $"{project} uses {string.Join(", ", Repository.Packages(project))}");
        }
    }

    [Fact]
    public void The_solution_lists_every_project()
    {
        string[] listed = [.. XDocument.Load(Path.Combine(Repository.Root, "Weft.slnx")).Descendants("Project")
            .Select(project => (string)project.Attribute("Path")!).Order(StringComparer.Ordinal)];
        string[] present = [.. Repository.Files(".csproj").Select(Repository.Relative).Order(StringComparer.Ordinal)];
        Assert.Equal(present, listed);
    }

    [Fact]
    public void Every_project_of_the_sources_has_its_tests()
        => Assert.Empty(Repository.Projects("src").Select(project => project + ".Tests").Except(Repository.Projects("tests")));

    /// <summary>The rows "| `Weft.X` | holds | references |".</summary>
    private static Dictionary<string, string[]> ReadTable()
    {
        Dictionary<string, string[]> drawn = [];
        foreach (Match row in Row().Matches(Repository.Read("ARCHITECTURE.md")))
        {
            string cell = row.Groups[2].Value.Trim();
            drawn[row.Groups[1].Value] = cell == "nothing"
                ? []
                : [.. cell.Split(',').Select(name => "Weft." + name.Trim()).Order(StringComparer.Ordinal)];
        }

        return drawn;
    }

    [GeneratedRegex(@"^\| `(Weft\.\w+)` \|[^\n]*\| ([\w, ]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
