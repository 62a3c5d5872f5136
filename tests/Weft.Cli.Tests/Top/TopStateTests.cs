using System.Text;
using Weft.Cli.Top;
using Weft.Contracts.Flow;
using Xunit;

namespace Weft.Cli.Tests.Top;

/// <summary>What keys make of what is shown.</summary>
public sealed class TopStateTests
{
    [Fact]
    public void Sorting_goes_through_all_columns_and_around()
    {
        Assert.Equal("errors", Press("s").Sort);
        Assert.Equal("p50", Press("\u001b[C\u001b[C").Sort);
        Assert.Equal("name", Press("S").Sort);
        Assert.Equal("rps", Press(string.Concat(Enumerable.Repeat("s", TopRows.Columns.Count))).Sort);
        Assert.True(Press("r").IsReversed);
        Assert.Equal(new TopState(), Press("rr"));
    }

    [Fact]
    public void Grouping_goes_through_all_and_around()
    {
        Assert.Equal("service", Press("g").By);
        Assert.Equal("edge", Press("G").By);
        Assert.Equal("edge", Press("\t\u001b[Z\u001b[Z").By);
        Assert.Equal("route", Press(string.Concat(Enumerable.Repeat("g", TopRows.Groupings.Count))).By);
    }

    [Fact]
    public void Only_another_grouping_or_filter_needs_other_rows()
    {
        Assert.True(new TopState().AsksTheSameAs(Press("sr ?/")));
        Assert.False(new TopState().AsksTheSameAs(Press("g")));
        Assert.False(new TopState().AsksTheSameAs(Press("/rps>1\r")));
    }

    [Fact]
    public void Keys_of_a_prompt_are_text()
    {
        var state = Press("/sq r?g");
        Assert.Equal(new TopState { Prompt = "sq r?g" }, state);
        Assert.Equal("sq ", Press("/sq r?g\u007f\u007f\u007f").Prompt);
        Assert.Equal("", Press("/a💥\u007f\u007f\u007f").Prompt);
        Assert.Equal(new TopState(), Press("/rps>1\u001b"));
    }

    [Fact]
    public void A_filter_is_applied_by_enter_and_taken_away_by_an_empty_one()
    {
        Assert.Equal(new TopState { Filter = "rps > 10 and error>1%" }, Press("/ rps > 10 and error>1% \r"));
        Assert.Equal("rps>10", Press("/rps>1\r/0\r").Filter);
        Assert.Equal("", Press("/rps>1\r/\u0015\r").Filter);
    }

    [Theory]
    [InlineData("status>=500")]
    [InlineData("p99 > 200")]
    [InlineData("rps >")]
    public void A_filter_that_is_none_is_told_and_the_old_one_stays(string typed)
    {
        var state = Press("/rps>1\r/\u0015" + typed + "\r");
        Assert.Equal("rps>1", state.Filter);
        Assert.Equal(typed, state.Prompt);
        Assert.NotEmpty(state.Fault!);
        Assert.Null(Press("\u007f", state).Fault);
        Assert.Equal(new TopState { Filter = "rps>1" }, Press("\u001b", state));
    }

    [Fact]
    public void A_filter_has_a_longest_length()
        => Assert.Equal(Filter.LengthMax, Press("/" + new string('x', Filter.LengthMax + 10)).Prompt!.Length);

    [Fact]
    public void The_rest_of_the_keys()
    {
        Assert.True(Press(" ").IsPaused);
        Assert.False(Press("  ").IsPaused);
        Assert.True(Press("?").HasHelp);
        Assert.False(Press("??").HasHelp);
        Assert.True(Press("q").IsOver);
        Assert.True(new TopState { Prompt = "x" }.Press(new TerminalKey(KeyKind.Closed)).IsOver);
        Assert.Equal(new TopState(), Press("xyz\u001b[15~\r\u007f\u000c"));
    }

    private static TopState Press(string keys, TopState? from = null)
        => new KeyReader().Read(Encoding.UTF8.GetBytes(keys)).Aggregate(from ?? new TopState(), (state, key) => state.Press(key));
}
