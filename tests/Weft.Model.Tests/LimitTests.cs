using System.Text;
using Weft.Contracts.Api;
using Weft.Model.Reading;
using Weft.Model.Text;
using Xunit;

namespace Weft.Model.Tests;

public sealed class LimitTests
{
    [Fact]
    public void Nesting_beyond_the_limit_is_one_finding_and_costs_no_stack()
    {
        Finding finding = Only(new string('[', 100_000));
        Assert.Equal(FindingCodes.TooDeep, finding.Code);
    }

    [Fact]
    public void Nesting_up_to_the_limit_is_read()
    {
        int depth = DocumentLimits.DepthMax - 1;
        Finding finding = Only(new string('[', depth) + new string(']', depth));
        Assert.Equal(FindingCodes.WrongType, finding.Code);
    }

    [Fact]
    public void Aliases_that_would_multiply_are_refused_before_they_do()
    {
        StringBuilder text = new("a: &a [x]\n");
        for (char name = 'b'; name < 'k'; name++)
        {
            text.Append(name).Append(": &").Append(name).Append(" [").AppendJoin(',', Enumerable.Repeat($"*{(char)(name - 1)}", 10)).Append("]\n");
        }

        Assert.Equal(FindingCodes.Alias, Only(text.ToString()).Code);
    }

    [Fact]
    public void Text_over_the_limit_is_not_looked_at()
        => Assert.Equal(FindingCodes.TooLarge, Only(new string('#', DocumentLimits.TextCharsMax + 1)).Code);

    [Fact]
    public void The_limit_counts_over_all_documents_of_a_set()
    {
        SourceDocument half = new("half", new string('#', (DocumentLimits.TextCharsMax / 2) + 1));
        ParsedSet set = ModelParser.Parse([half, half with { File = "other" }], "default");
        Finding finding = Assert.Single(set.Findings);
        Assert.Equal(FindingCodes.TooLarge, finding.Code);
        Assert.Equal("other", finding.Location!.File);
    }

    [Fact]
    public void More_values_than_the_limit_are_refused()
        => Assert.Equal(FindingCodes.TooLarge, Only("[" + string.Concat(Enumerable.Repeat("1,", DocumentLimits.NodesMax)) + "]").Code);

    [Fact]
    public void A_flood_of_findings_is_cut_and_counted()
    {
        string text = string.Concat(Enumerable.Repeat("---\nkind: Nothing\napiVersion: v1\n", DocumentLimits.FindingsMax + 50));
        IReadOnlyList<Finding> findings = Findings(text);
        Assert.Equal(DocumentLimits.FindingsMax + 1, findings.Count);
        Assert.Equal(FindingCodes.MoreFindings, findings[^1].Code);
        Assert.Contains("50 more", findings[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Syntax_errors_stop_being_looked_for_after_a_while()
        => Assert.Equal(
            DocumentLimits.SyntaxErrorsMax,
            Findings(string.Concat(Enumerable.Repeat("---\n{\n", 1000))).Count(finding => finding.Code == FindingCodes.Syntax));

    private static Finding Only(string text) => Assert.Single(Findings(text));

    private static IReadOnlyList<Finding> Findings(string text) => ModelParser.Parse([new SourceDocument("in.yaml", text)], "default").Findings;
}
