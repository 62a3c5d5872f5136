using System.Diagnostics;
using System.Text;
using Weft.Routing.Matching;
using Weft.Testing;
using Xunit;

namespace Weft.Routing.Tests.Matching;

public sealed class LinearRegexTests
{
    [Theory]
    [Limit("Regular expressions in routes")]
    [InlineData("(", "not a regular expression")]
    [InlineData("a)|(b", "not a regular expression")]
    [InlineData("(a)\\1", "backtracking")]
    [InlineData("(?=a)b", "backtracking")]
    [InlineData("(a{100}){101}", "10000 states")]
    [InlineData("((a{50}){50}){50}", "10000 states")]
    [InlineData("(?:[^\\]]{1,200}x){60}", "10000 states")]
    public void Patterns_that_are_wrong_or_dear_are_refused_with_the_reason(string pattern, string reason)
    {
        Assert.Null(LinearRegex.TryCreate(pattern, out string fault));
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    [Fact]
    [Limit("Regular expressions in routes")]
    public void A_pattern_of_more_than_1024_characters_is_refused()
    {
        Assert.Null(LinearRegex.TryCreate(new string('a', 1025), out string fault));
        Assert.Contains("1024", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "01234567-89ab-cdef-0123-456789abcdef", true)]
    [InlineData("a{2,}", "aaa", true)]
    [InlineData("a\\{2\\}", "a{2}", true)]
    [InlineData("é.", "éx", true)]
    [InlineData("a", "a\n", false)]
    public void Ordinary_patterns_match_whole_texts(string pattern, string text, bool expected)
    {
        LinearRegex? regex = LinearRegex.TryCreate(pattern, out string fault);
        Assert.Equal("", fault);
        Assert.Equal(expected, regex!.Matches(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    [Limit("Regular expressions in routes")]
    public void A_pattern_that_ruins_backtracking_engines_takes_linear_time()
    {
        LinearRegex regex = LinearRegex.TryCreate("(a+)+b", out _)!;
        byte[] text = Encoding.UTF8.GetBytes(new string('a', 100_000));
        Stopwatch watch = Stopwatch.StartNew();
        Assert.False(regex.Matches(text));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Deeply_nested_groups_do_not_end_the_process()
    {
        string pattern = new string('(', 500) + "a" + new string(')', 500);
        LinearRegex? regex = LinearRegex.TryCreate(pattern, out _);
        Assert.True(regex is null || regex.Matches("a"u8));
    }
}
