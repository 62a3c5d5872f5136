using Weft.Contracts.Api;
using Weft.Model.Reading;
using Xunit;

namespace Weft.Model.Tests.Text;

/// <summary>Places of findings, in texts that end or break their lines in unusual ways.</summary>
public sealed class PlaceTests
{
    [Theory]
    [InlineData("{", 1, 2)]
    [InlineData("a: [1,", 1, 7)]
    [InlineData("a: [1,\n", 2, 1)]
    [InlineData("a: 1\nb: {c", 2, 6)]
    public void A_text_that_ends_too_early_is_at_fault_where_it_ends(string text, int line, int column)
    {
        FindingLocation place = Assert.Single(Findings(text)).Location!;
        Assert.Equal((line, column), (place.Line, place.Column));
    }

    [Fact]
    public void What_is_missing_behind_the_end_of_a_text_is_missed_where_it_ends()
    {
        IReadOnlyList<Finding> findings = Findings(":\n  : ]\n  u:");
        Assert.NotEmpty(findings);
        Assert.All(findings, static finding => Assert.InRange(finding.Location!.Line, 1, 3));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\u0085")]
    [InlineData("\u2028")]
    public void The_document_after_a_mistake_is_read_with_its_places_whatever_breaks_the_lines(string lineBreak)
    {
        string text = string.Join(lineBreak, "a: {", "b", "---", "kind: Nothing", "apiVersion: v1", "");
        IReadOnlyList<Finding> findings = Findings(text);
        Assert.Equal(FindingCodes.Syntax, findings[0].Code);
        Assert.Contains(findings, static finding => finding.Code == FindingCodes.UnknownKind && finding.Location is { Line: 4, Column: 7 });
    }

    private static IReadOnlyList<Finding> Findings(string text) => ModelParser.Parse([new SourceDocument("in.yaml", text)], "default").Findings;
}
