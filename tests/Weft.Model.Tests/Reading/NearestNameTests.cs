using CsCheck;
using Weft.Model.Reading;
using Xunit;

namespace Weft.Model.Tests.Reading;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("cart-v3", "cart-v1", 1)]
    [InlineData("crat", "cart", 1)]
    [InlineData("HTTPRoute", "HttpRoute", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_counts_edits_and_swaps(string left, string right, int distance)
        => Assert.Equal(distance, NearestName.Distance(left, right));

    [Theory]
    [InlineData("backendRef", "backendRefs")]
    [InlineData("prots", "ports")]
    [InlineData("xyz", null)]
    [InlineData("a", null)]
    public void Finds_what_was_meant_and_nothing_far_away(string wanted, string? expected)
        => Assert.Equal(expected, NearestName.Find(wanted, ["backendRefs", "ports", "selector"]));

    [Fact]
    public void Of_equally_near_names_the_first_in_order_is_taken_whatever_the_order_given()
    {
        Assert.Equal("cart-v1", NearestName.Find("cart-v9", ["cart-v2", "cart-v1"]));
        Assert.Equal("cart-v1", NearestName.Find("cart-v9", ["cart-v1", "cart-v2"]));
    }

    [Fact]
    public void Distance_agrees_with_the_definition()
        => Gen.Select(Gen.String[Gen.Char["abc"], 0, 6], Gen.String[Gen.Char["abc"], 0, 6])
            .Sample((left, right) => NearestName.Distance(left, right) == Naive(left, right));

    private static int Naive(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            return a.Length + b.Length;
        }

        int best = Math.Min(Naive(a[..^1], b) + 1, Naive(a, b[..^1]) + 1);
        best = Math.Min(best, Naive(a[..^1], b[..^1]) + (a[^1] == b[^1] ? 0 : 1));
        return a.Length > 1 && b.Length > 1 && a[^1] == b[^2] && a[^2] == b[^1] ? Math.Min(best, Naive(a[..^2], b[..^2]) + 1) : best;
    }
}
