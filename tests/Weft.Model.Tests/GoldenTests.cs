using System.Text.Json;
using Weft.Contracts.Api;
using Weft.Testing;
using Xunit;

namespace Weft.Model.Tests;

public sealed class GoldenTests
{
    private const string Project = "Weft.Model.Tests";

    public static TheoryData<string> BadCases => [.. Golden.Cases(Project, "Bad", ".yaml")];

    public static TheoryData<string> GoodCases => [.. Golden.Cases(Project, "Good", ".in.yaml")];

    [Theory]
    [MemberData(nameof(BadCases))]
    public void Bad_input_gives_exactly_these_findings(string name)
    {
        ParsedSet set = Parse("Bad", $"{name}.yaml");
        Assert.True(set.HasErrors);
        Golden.Check(Project, "Bad", $"{name}.findings", FindingText.Of(set.Findings));
    }

    [Theory]
    [MemberData(nameof(GoodCases))]
    public void Good_input_gives_exactly_this_canonical_text(string name)
    {
        ParsedSet set = Parse("Good", $"{name}.in.yaml");
        Assert.Equal("", FindingText.Of(set.Findings));
        Golden.Check(Project, "Good", $"{name}.out.yaml", string.Join("---\n", set.Resources.Select(resource => resource.Yaml)));
        Golden.Check(Project, "Good", $"{name}.out.json", string.Concat(set.Resources.Select(resource => JsonSerializer.Serialize(resource.ToJson()) + "\n")));
    }

    [Theory]
    [MemberData(nameof(GoodCases))]
    public void Canonical_text_and_its_json_read_back_to_themselves(string name)
    {
        foreach (Resource resource in Parse("Good", $"{name}.in.yaml").Resources)
        {
            foreach (string text in (string[])[resource.Yaml, JsonSerializer.Serialize(resource.ToJson())])
            {
                ParsedSet again = ModelParser.Parse([new SourceDocument("again", text)], "other");
                Assert.Equal("", FindingText.Of(again.Findings));
                Resource only = Assert.Single(again.Resources);
                Assert.Equal(resource.Key, only.Key);
                Assert.Equal(resource.Yaml, only.Yaml);
            }
        }
    }

    private static ParsedSet Parse(string folder, string file)
        => ModelParser.Parse([new SourceDocument(file, Golden.Read(Project, folder, file))], "shop");
}
