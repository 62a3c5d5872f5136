using System.Text.RegularExpressions;
using Weft.Contracts.Api;
using Weft.Testing;
using Xunit;

namespace Weft.Model.Tests;

/// <summary>Examples in the reference are read by the parser that they describe.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Golden.Root, "docs", "reference", "resources.md"));

    [Fact]
    public void Every_example_is_valid_and_every_kind_has_one()
    {
        SourceDocument[] examples = [.. Example().Matches(s_text).Select((match, i) => new SourceDocument($"example {i + 1}", match.Groups[1].Value))];
        ParsedSet set = ModelParser.Parse(examples, "default");
        Assert.Equal("", FindingText.Of(set.Findings));
        Assert.Equal(ResourceKinds.All, set.Resources.Select(resource => resource.Key.Kind));
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
