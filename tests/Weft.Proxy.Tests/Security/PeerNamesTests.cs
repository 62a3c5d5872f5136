using System.Net;
using System.Security.Cryptography.X509Certificates;
using Weft.Proxy.Security;
using Xunit;

namespace Weft.Proxy.Tests.Security;

/// <summary>Whose certificate it is, by its subject alternative names.</summary>
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
}
