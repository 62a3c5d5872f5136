using System.Net;
using CsCheck;
using Weft.Cli.Host;
using Xunit;

namespace Weft.Cli.Tests.Host;

public sealed class HostTextTests
{
    [Theory]
    [InlineData("8080", 8080, null, null)]
    [InlineData("8080:grpc", 8080, "grpc", null)]
    [InlineData("8080=127.0.0.1:18080", 8080, null, "127.0.0.1:18080")]
    [InlineData("8080=127.0.0.1:18080:tcp", 8080, "tcp", "127.0.0.1:18080")]
    public void A_port_is_read_and_written_the_same(string text, int port, string? protocol, string? target)
    {
        Assert.Equal(new WorkloadPort(port, protocol, target), WorkloadPort.Parse(text));
        Assert.Equal(text, WorkloadPort.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("+80")]
    [InlineData(" 80")]
    [InlineData("65536")]
    [InlineData("8080:http3")]
    [InlineData("8080=")]
    [InlineData("8080=18080")]
    [InlineData("8080=localhost:18080")]
    public void A_port_that_makes_no_sense_is_refused_with_an_example(string text)
    {
        CliException failure = Assert.Throws<CliException>(() => WorkloadPort.Parse(text));
        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains("8080:grpc", failure.Findings[0].Fixes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_upstream_names_its_service_port_and_local_port()
    {
        Assert.Equal(new Upstream("cart", 8080, 21001), Upstream.Parse("cart:8080=127.0.0.1:21001"));
        Assert.Equal(new Upstream("cart.shop", 8080), Upstream.Parse("cart.shop:8080"));
        Assert.Equal("CART_DB", new Upstream("cart-db", 1).VariablePrefix);
        Assert.Throws<CliException>(() => Upstream.Parse("cart"));
        Assert.Throws<CliException>(() => Upstream.Parse("cart:8080=10.0.0.1:1"));
        Assert.Throws<CliException>(() => Upstream.Parse(":8080"));
    }

    [Fact]
    public void Names_that_would_escape_a_path_or_option_are_refused()
    {
        foreach (string bad in (string[])["", "-a", "a-", "../x", "A", "a/b", "a b", "a.b", new string('a', 64)])
        {
            Assert.Throws<CliException>(() => HostNames.CheckLabel("workload", bad));
        }

        Assert.Equal("cart-1", HostNames.CheckLabel("workload", "cart-1"));
    }

    [Fact]
    public void Every_interface_name_fits_into_what_the_kernel_allows() =>
        Gen.String[Gen.Char['a', 'z'], 1, 63].Sample(workload =>
        {
            var names = new HostNames { Prefix = "abcdef", RunDirectory = "/nowhere" };
            Assert.InRange(names.HostLinkOf(names.NamespaceOf("default", workload)).Length, 1, 15);
            Assert.True(names.IsOwnTable(names.SharedTableOf("default", workload)));
        });

    [Fact]
    public void A_subnet_contains_exactly_its_addresses() => Gen.Select(Gen.UInt, Gen.Int[8, 29]).Sample((bits, length) =>
    {
        uint network = bits & ~((1u << (32 - length)) - 1);
        var subnet = new Ipv4Subnet(network, length);
        Assert.Equal(subnet, Ipv4Subnet.Parse(subnet.ToString()));
        Assert.True(subnet.Contains(subnet.At(subnet.Size - 1)));
        Assert.Equal(subnet.Size - 1, subnet.OffsetOf(subnet.At(subnet.Size - 1)));
        Assert.False(subnet.Contains(IPAddress.IPv6Loopback));
        Assert.False(subnet.Contains(subnet.At(subnet.Size)));
    });

    [Theory]
    [InlineData("10.77.0.1/16")]
    [InlineData("10.77.0.0")]
    [InlineData("10.77.0.0/33")]
    [InlineData("10.77.0.0/+16")]
    [InlineData("::/16")]
    public void A_subnet_that_makes_no_sense_is_refused(string text) => Assert.Throws<FormatException>(() => Ipv4Subnet.Parse(text));

    [Fact]
    public void Proxy_options_are_the_contract_with_the_proxy()
    {
        var options = new ProxyOptions
        {
            Control = "10.77.0.2:15010",
            Namespace = "shop",
            Service = "cart",
            Workload = "cart-1",
            Address = IPAddress.Parse("10.77.0.9"),
            StateDirectory = "/run/weft/proxies/shop-cart-1",
            Labels = new SortedDictionary<string, string> { ["version"] = "v1" },
            ServicePorts = [new WorkloadPort(8080, "http1")],
            UpstreamDns = "192.0.2.53",
        };
        Assert.Equal(
            "run --control 10.77.0.2:15010 --namespace shop --service cart --workload cart-1 --address 10.77.0.9 --state /run/weft/proxies/shop-cart-1"
            + " --capture transparent --tunnel 0.0.0.0:15008 --admin 127.0.0.1:15020 --outbound 127.0.0.1:15001 --inbound 0.0.0.0:15006"
            + " --dns 127.0.0.1:15053 --mark 0x77656674 --label version=v1 --port 8080:http1 --upstream-dns 192.0.2.53",
            string.Join(' ', options.Arguments()));
    }
}
