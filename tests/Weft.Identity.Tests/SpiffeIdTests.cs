using CsCheck;
using Xunit;

namespace Weft.Identity.Tests;

public sealed class SpiffeIdTests
{
    [Fact]
    public void A_workload_id_yields_its_parts()
    {
        SpiffeId id = SpiffeId.Parse("spiffe://weft.local/ns/shop/svc/cart");
        Assert.Equal("weft.local", id.TrustDomain);
        Assert.Equal("shop", id.Namespace);
        Assert.Equal("cart", id.Service);
        Assert.Equal("shop/cart", id.ServiceName);
        Assert.Equal("/ns/shop/svc/cart", id.Path);
        Assert.Equal("spiffe://weft.local/ns/shop/svc/cart", id.ToString());
    }

    [Theory]
    [InlineData("spiffe://example.org")]
    [InlineData("spiffe://example.org/ns/shop/sa/cart")]
    [InlineData("spiffe://example.org/ns/shop/svc/cart/more")]
    [InlineData("spiffe://example.org/x/ns/shop/svc")]
    public void An_id_of_another_form_is_valid_but_no_workload(string text)
    {
        SpiffeId id = SpiffeId.Parse(text);
        Assert.False(id.IsWorkload);
        Assert.Null(id.ServiceName);
    }

    [Theory]
    [InlineData("")]
    [InlineData("spiffe:")]
    [InlineData("spiffe://")]
    [InlineData("spiffe:///ns/a/svc/b")]
    [InlineData("SPIFFE://weft.local/ns/a/svc/b")]
    [InlineData("https://weft.local/ns/a/svc/b")]
    [InlineData("spiffe://Weft.local/ns/a/svc/b")]
    [InlineData("spiffe://weft.local:80/ns/a/svc/b")]
    [InlineData("spiffe://user@weft.local/ns/a/svc/b")]
    [InlineData("spiffe://weft.local/")]
    [InlineData("spiffe://weft.local/ns/a/svc/b/")]
    [InlineData("spiffe://weft.local/ns//svc/b")]
    [InlineData("spiffe://weft.local/ns/./svc/b")]
    [InlineData("spiffe://weft.local/ns/../svc/b")]
    [InlineData("spiffe://weft.local/ns/a/svc/b?x=1")]
    [InlineData("spiffe://weft.local/ns/a/svc/b#x")]
    [InlineData("spiffe://weft.local/ns/a/svc/%62")]
    [InlineData("spiffe://weft.local/ns/a/svc/b\0")]
    [InlineData("spiffe://weft.local/ns/a/svc/b ")]
    [InlineData("spiffe://weft.local/ns/a/svc/bä")]
    public void A_malformed_id_is_refused(string text)
    {
        Assert.False(SpiffeId.TryParse(text, out _));
        Assert.False(SpiffeId.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void Length_limits_hold_exactly()
    {
        Assert.True(SpiffeId.TryParse("spiffe://" + new string('a', 255), out _));
        Assert.False(SpiffeId.TryParse("spiffe://" + new string('a', 256), out _));
        string head = "spiffe://d/";
        Assert.True(SpiffeId.TryParse(head + new string('x', SpiffeId.MaxLength - head.Length), out _));
        Assert.False(SpiffeId.TryParse(head + new string('x', SpiffeId.MaxLength - head.Length + 1), out _));
    }

    [Fact]
    public void Equality_is_byte_exact()
    {
        Assert.Equal(SpiffeId.Parse("spiffe://d/ns/a/svc/b"), SpiffeId.ForWorkload("d", "a", "b"));
        Assert.NotEqual(SpiffeId.Parse("spiffe://d/ns/a/svc/B"), SpiffeId.ForWorkload("d", "a", "b"));
    }

    [Theory]
    [InlineData("a/svc/x", "b")]
    [InlineData("a", "b/c")]
    [InlineData("", "b")]
    [InlineData("a", "..")]
    public void Parts_cannot_smuggle_a_path(string ns, string service)
        => Assert.Throws<FormatException>(() => SpiffeId.ForWorkload("d", ns, service));

    [Fact]
    public void Whatever_parses_prints_the_same_bytes_and_has_no_empty_segment()
        => Gen.Char["adns/svc.-_%:\0A"].Array[0, 24].Select(c => "spiffe://d" + new string(c)).Sample(text =>
        {
            if (SpiffeId.TryParse(text, out SpiffeId? id))
            {
                Assert.Equal(text, id.ToString());
                Assert.Equal(text, "spiffe://" + id.TrustDomain + id.Path);
                Assert.DoesNotContain("//", id.Path, StringComparison.Ordinal);
                Assert.DoesNotContain('%', text);
            }
        });
}
