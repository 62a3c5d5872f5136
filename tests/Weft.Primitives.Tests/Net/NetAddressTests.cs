using System.Globalization;
using System.Net;
using CsCheck;
using Weft.Primitives.Net;
using Xunit;

namespace Weft.Primitives.Tests.Net;

public sealed class NetAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9001", NetFamily.V4, true)]
    [InlineData("10.1.2.3:1", NetFamily.V4, false)]
    [InlineData("[::1]:9001", NetFamily.V6, true)]
    [InlineData("[2001:db8::5]:65535", NetFamily.V6, false)]
    [InlineData("unix:/run/app.sock", NetFamily.Unix, true)]
    public void A_text_form_reads_back(string text, NetFamily family, bool isLoopback)
    {
        Assert.True(NetAddress.TryParse(text, out NetAddress address));
        Assert.Equal(family, address.Family);
        Assert.Equal(isLoopback, address.IsLoopback);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:+80")]
    [InlineData("127.0.0.1: 80")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.1:80")]
    [InlineData("0x7f.0.0.1:80")]
    [InlineData("::1:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("localhost:80")]
    [InlineData("unix:")]
    public void What_is_no_address_is_refused(string text) => Assert.False(NetAddress.TryParse(text, out _));

    [Fact]
    public void Every_IPv4_address_reads_as_the_runtime_reads_it() => Gen.Select(Gen.UInt, Gen.UShort).Sample((bits, port) =>
    {
        NetAddress address = NetAddress.V4(bits, port);
        byte[] bytes = [(byte)(bits >> 24), (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits];
        return address.ToString() == string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}:{port}")
            && NetAddress.TryParse(address.ToString(), out NetAddress back) && back == address;
    });

    [Fact]
    public void Every_IPv6_address_reads_back() => Gen.Select(Gen.ULong, Gen.ULong, Gen.UShort).Sample((high, low, port) =>
    {
        NetAddress address = NetAddress.V6(new UInt128(high, low), port);
        return NetAddress.TryParse(address.ToString(), out NetAddress back) && back == address;
    });
}
