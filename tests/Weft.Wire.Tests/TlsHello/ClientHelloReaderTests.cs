using Weft.Wire.Tests.Twins;
using Weft.Wire.TlsHello;
using Xunit;

namespace Weft.Wire.Tests.TlsHello;

public sealed class ClientHelloReaderTests
{
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(100)]
    [InlineData(4)]
    public void Name_and_protocols_are_found_however_the_hello_is_cut(int recordSize)
    {
        byte[] hello = Corpus.Hello("Cart.Prod.example", ["h2", "http/1.1"], recordSize);
        for (int length = 0; length < hello.Length; length++)
        {
            Assert.Equal(ReadStatus.NeedMore, ClientHelloReader.TryRead(hello.AsSpan(0, length), out _));
        }

        Assert.Equal(ReadStatus.Done, ClientHelloReader.TryRead(hello, out ClientHelloView view));
        Assert.Equal("cart.prod.example,h2,http/1.1", TlsHelloOracle.Describe(view));
        Assert.True(view.Offers("h2"u8));
        Assert.False(view.Offers("h3"u8));
    }

    [Fact]
    public void A_hello_without_names_is_fine()
    {
        Assert.Equal(ReadStatus.Done, ClientHelloReader.TryRead(Corpus.Hello("", [], 1000), out ClientHelloView view));
        Assert.Equal("", TlsHelloOracle.Describe(view));
    }

    [Fact]
    public void Long_protocol_lists_lose_their_end_only()
    {
        string[] protocols = ["h2", new string('x', 255), "http/1.1"];
        Assert.Equal(ReadStatus.Done, ClientHelloReader.TryRead(Corpus.Hello("a", protocols, 1000), out ClientHelloView view));
        Assert.Equal("a,h2", TlsHelloOracle.Describe(view));
    }

    [Theory]
    [InlineData("47")]
    [InlineData("15 0303")]
    [InlineData("16 02")]
    [InlineData("16 0301 0000")]
    [InlineData("16 0301 4001")]
    [InlineData("16 0301 0004 02")]
    [InlineData("16 0301 0004 01 000010")]
    [InlineData("16 0301 0004 01 010000")]
    public void Other_bytes_are_refused_as_soon_as_they_differ(string hex)
        => Assert.Equal(ReadStatus.Rejected, ClientHelloReader.TryRead(Text.Hex(hex), out _));

    [Theory]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a/b")]
    [InlineData("\u00e9")]
    public void Names_that_no_host_has_are_refused(string name)
        => Assert.Equal(ReadStatus.Rejected, ClientHelloReader.TryRead(Corpus.Hello(name, [], 1000), out _));

    [Fact]
    public void More_records_than_any_client_sends_are_refused()
        => Assert.Equal(ReadStatus.Rejected, ClientHelloReader.TryRead(Corpus.Hello("a", ["h2"], 1), out _));
}
