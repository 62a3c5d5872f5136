using System.Text.RegularExpressions;
using Xunit;

namespace Weft.Architecture.Tests;

public sealed partial class DocumentTests
{
    private static readonly string[] s_projects = Repository.Projects("src");

    private static readonly CompiledAssembly[] s_assemblies = [.. s_projects.Select(CompiledAssembly.Of)];

    public static TheoryData<string> DocumentsThatNameTypes => ["ARCHITECTURE.md", "GLOSSARY.md"];

    public static TheoryData<string> AllDocuments => [.. Repository.Files(".md").Select(Repository.Relative).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(DocumentsThatNameTypes))]
    public void Types_named_in_the_document_exist(string document)
    {
        HashSet<string> known = [.. s_assemblies.SelectMany(assembly => assembly.DefinedTypes), .. s_assemblies.SelectMany(assembly => assembly.DefinedMembers), .. Kinds()];
        string[] unknown = [.. Quoted(document).Where(IsTypeName).Select(WithoutTypeArguments).Where(name => !known.Contains(name)).Distinct()];
        Assert.True(unknown.Length == 0, $"{document} names what does not exist: {string.Join(", ", unknown)}");
    }

    [Theory]
    [MemberData(nameof(DocumentsThatNameTypes))]
    public void Folders_named_in_the_document_exist(string document)
    {
        string[] folders = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src"), "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path) + "/")];
        string[] missing = [.. Quoted(document).Where(text => Folder().IsMatch(text) && !folders.Contains(text)).Distinct()];
        Assert.True(missing.Length == 0, $"{document} names folders that do not exist: {string.Join(", ", missing)}");
    }

    [Theory]
    [MemberData(nameof(AllDocuments))]
    public void Links_inside_the_repository_lead_somewhere(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        string[] broken = [.. Link().Matches(Repository.Read(document)).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#') && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(folder, target.Split('#')[0])))];
        Assert.True(broken.Length == 0, $"{document} links to {string.Join(", ", broken)}");
    }

    [Theory]
    [MemberData(nameof(AllDocuments))]
    public void Paths_named_in_documents_exist(string document)
    {
        string[] missing = [.. Quoted(document).Where(text => RepositoryPath().IsMatch(text) && !Path.Exists(Path.Combine(Repository.Root, text))).Distinct()];
        Assert.True(missing.Length == 0, $"{document} names {string.Join(", ", missing)}");
    }

    private static IEnumerable<string> Quoted(string document)
        => Backquoted().Matches(Fence().Replace(Repository.Read(document), "")).Select(match => match.Groups[1].Value);

    private static bool IsTypeName(string text) => TypeName().IsMatch(text) && !text.StartsWith("Weft.", StringComparison.Ordinal);

    private static string WithoutTypeArguments(string text) => text.Split('<')[0];

    /// <summary>Kinds of resources as users write them are names too.</summary>
    private static IEnumerable<string> Kinds()
        => QuotedWord().Matches(Repository.Read("src/Weft.Model/ResourceKinds.cs")).Select(match => match.Groups[1].Value);

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Backquoted();

    // Two humps at least: a single capitalised word is more often a word of English or of HTTP.
    [GeneratedRegex(@"^[A-Z][a-z0-9]+[A-Z]\w*(<\w+>)?(\.[A-Z]\w+)?$|^[A-Z]\w+<\w+>$|^[A-Z][a-z]\w*\.[A-Z]\w+$")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^[A-Z][A-Za-z0-9]+/$")]
    private static partial Regex Folder();

    // "Weft.X" stands for any project.
    [GeneratedRegex(@"^(?!.*Weft\.X\b)(src|tests|bench|samples|docs|\.ci)/[\w./-]+$")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("\"([A-Za-z]+)\"")]
    private static partial Regex QuotedWord();
}
