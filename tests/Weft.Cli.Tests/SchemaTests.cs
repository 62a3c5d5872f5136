using System.Text.Json;
using System.Text.RegularExpressions;
using Weft.Cli.Tests.Support;
using Xunit;

namespace Weft.Cli.Tests;

public sealed partial class SchemaTests
{
    /// <summary>Documents of the API that no command prints.</summary>
    private static readonly string[] OfTheApiAlone = ["LogList", "MetricList", "Series", "TopologyDiff"];

    [Fact]
    public async Task Every_document_that_is_printed_has_a_schema()
    {
        await using var server = new ScriptedControlPlane();
        var listed = (await WeftRun.Of(server, "schema")).Out.Split('\n').Select(line => line.Split(' ')[0]).ToHashSet();
        var kinds = new[] { "src/Weft.Contracts/Api", "src/Weft.Cli" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Kind().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value))
            .Distinct().Except(OfTheApiAlone).ToList();
        Assert.True(kinds.Count > 20);
        Assert.All(kinds, kind => Assert.Contains(kind, listed));
        foreach (var kind in kinds)
        {
            var run = await WeftRun.Of(server, "schema", kind.ToLowerInvariant());
            using var schema = JsonDocument.Parse(run.Out);
            Assert.True(schema.RootElement.GetProperty("properties").TryGetProperty("kind", out _), kind);
        }
    }

    [GeneratedRegex("""string Kind \{ get; init; \} = "([A-Z][A-Za-z]+)";""")]
    private static partial Regex Kind();
}
