using Weft.Primitives.Net;
using Weft.Proxy.Listening;

namespace Weft.Proxy.Tests.Listening;

public sealed class AddressBlockTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.1.2", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("10.0.0.7", "10.0.0.7", true)]
    [InlineData("10.0.0.7", "10.0.0.8", false)]
    [InlineData("0.0.0.0/0", "192.0.2.1", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("fd00::/8", "fdff::1", true)]
    [InlineData("fd00::/8", "fe80::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("2001:db8::1", "2001:db8::1", true)]
    public void A_block_holds_what_begins_like_it(string text, string address, bool holds)
    {
        Assert.True(AddressBlock.TryParse(text, out AddressBlock block));
        Assert.True(NetAddress.TryParseHost(address, 4711, out NetAddress client));
        Assert.Equal(holds, block.Contains(client));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/")]
    [InlineData("fd00::1/8")]
    [InlineData("shop/8")]
    public void What_is_no_block_is_refused(string text) => Assert.False(AddressBlock.TryParse(text, out _));
}
