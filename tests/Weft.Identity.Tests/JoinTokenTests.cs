using Xunit;

namespace Weft.Identity.Tests;

public sealed class JoinTokenTests
{
    [Fact]
    public void A_token_survives_its_text()
    {
        JoinToken token = JoinToken.Create(RootPin.Of([1, 2, 3]));
        Assert.True(JoinToken.TryParse(token.Reveal(), out JoinToken? read));
        Assert.Equal(token.HashSecret(), read.HashSecret());
        Assert.Equal(token.Root, read.Root);
        Assert.True(read.Root.Matches([1, 2, 3]));
        Assert.False(read.Root.Matches([1, 2, 4]));
    }

    [Fact]
    public void A_token_does_not_print_its_secret()
    {
        JoinToken token = JoinToken.Create(RootPin.Of([1]));
        Assert.DoesNotContain(token.Reveal().Split('.')[1], token.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Malformed_tokens_are_refused()
    {
        string good = JoinToken.Create(RootPin.Of([1])).Reveal();
        string[] parts = good.Split('.');
        string[] bad =
        [
            "", good[..^1], good + "0", "wj2" + good[3..], good.Replace('.', '-'), $"wj1.{parts[1]}.{parts[2].ToUpperInvariant()[..63]}Z",
            $"wj1.{parts[1][..42]}!.{parts[2]}", $"wj1..{parts[1]}{parts[2]}",
        ];
        Assert.All(bad, text => Assert.False(JoinToken.TryParse(text, out _), text));
        Assert.False(JoinToken.TryParse(null, out _));
    }

    [Fact]
    public void A_root_pin_has_one_text()
    {
        RootPin pin = RootPin.Of([7]);
        Assert.StartsWith("sha256:", pin.ToString(), StringComparison.Ordinal);
        Assert.True(RootPin.TryParse(pin.ToString(), out RootPin? read));
        Assert.Equal(pin, read);
        Assert.False(RootPin.TryParse(pin.ToString().ToUpperInvariant(), out _));
        Assert.False(RootPin.TryParse("sha256:" + pin.Hex.ToUpperInvariant(), out _));
        Assert.False(RootPin.TryParse(pin.Hex, out _));
    }
}
