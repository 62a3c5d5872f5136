using System.Net;
using System.Security.Cryptography.X509Certificates;
using Weft.Proxy.Security;
using Xunit;

namespace Weft.Proxy.Tests.Security;

/// <summary>Whose certificate it is, by its subject alternative names. Every reader must see the same ones: what could be read in two ways names nobody.</summary>
public sealed class PeerNamesTests
{
    [Theory]
    [InlineData("otel.example", true)]
    [InlineData("OTEL.example", true)]
    [InlineData("a.wild.example", true)]
    [InlineData("wild.example", false)]
    [InlineData("a.b.wild.example", false)]
    [InlineData("other.example", false)]
    [InlineData("10.0.0.7", true)]
    [InlineData("10.0.0.8", false)]
    [InlineData("fd00::7", true)]
    [InlineData("fd00:0:0::7", true)]
    [InlineData("fd00::8", false)]
    [InlineData("https://otel.example/", true)]
    [InlineData("https://other.example/", false)]
    public void A_certificate_is_for_the_names_that_it_has(string expected, bool matches)
    {
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("otel.example");
        names.AddDnsName("*.wild.example");
        names.AddIpAddress(IPAddress.Parse("10.0.0.7"));
        names.AddIpAddress(IPAddress.Parse("fd00::7"));
        names.AddUri(new Uri("https://otel.example/"));
        Assert.Equal(matches, PeerNames.Parse(names.Build().RawData).Matches(expected));
    }

    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("*.0.0.7")]
    public void An_address_that_is_written_as_a_DNS_name_proves_no_address(string name)
    {
        byte[] dns = [0x82, (byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name)];
        Assert.False(PeerNames.Parse([0x30, (byte)dns.Length, .. dns]).Matches("10.0.0.7"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(17)]
    public void An_address_of_no_family_makes_all_names_void(int length)
    {
        byte[] names = [0x82, 1, (byte)'a', 0x87, (byte)length, .. new byte[length]];
        Assert.Empty(PeerNames.Parse([0x30, (byte)names.Length, .. names]).DnsNames);
    }

    // SEQUENCE { [6] "spiffe://a/b" }
    private const string Good = "300e860c7370696666653a2f2f612f62";

    [Fact]
    public void The_one_URI_is_the_identity() => Assert.Equal("spiffe://a/b", Parse(Good).SpiffeId);

    [Theory]
    [InlineData("3012a6022a61860c7370696666653a2f2f612f62", "a constructed URI before the identity")]
    [InlineData("3012a2022a61860c7370696666653a2f2f612f62", "a constructed DNS name before the identity")]
    [InlineData("30819e860c7370696666653a2f2f612f62", "a length that is longer than the text")]
    [InlineData("30810e860c7370696666653a2f2f612f62", "a length in more bytes than it takes, of the list")]
    [InlineData("300f86810c7370696666653a2f2f612f62", "a length in more bytes than it takes, of the name")]
    [InlineData("30109f860c7370696666653a2f2f612f620000", "a tag of several bytes")]
    [InlineData("3080860c7370696666653a2f2f612f620000", "a length that is not told")]
    [InlineData("300e860c7370696666653a2f2f612f6200", "a byte behind the list")]
    [InlineData("310e860c7370696666653a2f2f612f62", "a set in place of a list")]
    [InlineData("", "nothing")]
    public void What_another_reader_could_take_for_something_else_names_nobody(string der, string what)
        => Assert.True(Parse(der) is { SpiffeId: null, Uris.Count: 0, DnsNames.Count: 0 }, what);

    private static PeerNames Parse(string der) => PeerNames.Parse(Convert.FromHexString(der));
}
