using Weft.Contracts.Mesh;

namespace Weft.Proxy.Tests;

public sealed class RunSettingsReaderTests
{
    private static readonly string[] Least =
    [
        "--control", "10.77.0.1:15010", "--namespace", "shop", "--service", "cart", "--workload", "cart-1", "--address", "10.77.0.5", "--state", "/tmp/x",
    ];

    [Fact]
    public void The_least_command_line_has_the_defaults_of_transparent_capture()
    {
        RunSettings settings = RunSettingsReader.Read(Least);
        Assert.True(settings.Transparent);
        Assert.Equal("127.0.0.1:15001", settings.Outbound.ToString());
        Assert.Equal("0.0.0.0:15006", settings.Inbound.ToString());
        Assert.Equal("10.77.0.5:15008", settings.Tunnel.ToString());
        Assert.Equal("127.0.0.1:15053", settings.Dns.ToString());
        Assert.Equal("127.0.0.1:15020", settings.Admin.ToString());
        Assert.Equal((RunSettings.DefaultMark, 1, 30_000), (settings.Mark, settings.Workers, settings.DrainTimeoutMs));
        Assert.Equal(("shop/cart", "shop/cart-1"), (settings.ServiceName, settings.WorkloadName));
    }

    [Fact]
    public void Explicit_capture_opens_only_what_was_asked_for_and_sets_no_mark()
    {
        RunSettings settings = Read("--capture", "explicit", "--to", "Cart.shop:8080=127.0.0.1:21001");
        Assert.Null(settings.Outbound);
        Assert.Null(settings.Inbound);
        Assert.Null(settings.Dns);
        Assert.Equal(0u, settings.Mark);
        Assert.Equal(new ExplicitDestination("cart.shop", 8080, Parse("127.0.0.1:21001")), Assert.Single(settings.Destinations));
    }

    [Theory]
    [InlineData("8080", 8080, "127.0.0.1:8080", Protocol.Auto)]
    [InlineData("8080:grpc", 8080, "127.0.0.1:8080", Protocol.Grpc)]
    [InlineData("80=127.0.0.1:18080", 80, "127.0.0.1:18080", Protocol.Auto)]
    [InlineData("80=[::1]:18080:http1", 80, "[::1]:18080", Protocol.Http1)]
    [InlineData("80=unix:/run/app.sock:http1", 80, "unix:/run/app.sock", Protocol.Http1)]
    [InlineData("80=unix:/run/app.sock", 80, "unix:/run/app.sock", Protocol.Auto)]
    [InlineData("6379:tcp", 6379, "127.0.0.1:6379", Protocol.Tcp)]
    public void A_port_has_a_target_and_a_protocol(string text, int port, string target, Protocol protocol)
    {
        Assert.Equal(new ServedPort((ushort)port, Parse(target), protocol), Assert.Single(Read("--port", text).Ports));
    }

    [Theory]
    [InlineData("/healthz", "Http", "/healthz")]
    [InlineData("grpc", "Grpc", "")]
    [InlineData("grpc:shop.Cart", "Grpc", "shop.Cart")]
    public void A_health_path_says_how_to_ask(string text, string kind, string path)
    {
        RunSettings settings = Read("--health-path", text);
        Assert.Equal((kind, path), (settings.HealthCheck.ToString(), settings.HealthPath));
    }

    [Theory]
    [InlineData("--port", "0")]
    [InlineData("--port", "+80")]
    [InlineData("--port", "80=localhost:80")]
    [InlineData("--port", "80:quic")]
    [InlineData("--to", "cart:8080")]
    [InlineData("--label", "=x")]
    [InlineData("--mark", "77")]
    [InlineData("--capture", "none")]
    [InlineData("--workers", "0")]
    [InlineData("--workers", "-1")]
    [InlineData("--outbound", "15001")]
    [InlineData("--upstream-dns", "dns.example")]
    [InlineData("--health-path", "healthz")]
    [InlineData("--health-path", "/a\r\nb")]
    [InlineData("--drain-timeout", "1e3")]
    public void A_wrong_value_is_named_with_its_option_and_the_right_form(string option, string value)
    {
        UsageException fault = Assert.Throws<UsageException>(() => Read(option, value));
        Assert.StartsWith($"option {option}: \"{value}\"", fault.Message, StringComparison.Ordinal);
        Assert.Contains("write ", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Shop")]
    [InlineData("-shop")]
    [InlineData("sh_op")]
    [InlineData("")]
    [InlineData("weft")]
    public void A_namespace_is_a_label_and_not_the_meshs_own(string name)
    {
        string[] args = [.. Least];
        args[Array.IndexOf(args, "--namespace") + 1] = name;
        Assert.StartsWith("option --namespace", Assert.Throws<UsageException>(() => RunSettingsReader.Read(args)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_unknown_repeated_and_unfinished_options_are_refused()
    {
        Assert.Contains("is missing", Fault(), StringComparison.Ordinal);
        Assert.Contains("unknown option \"--prot\"", Fault([.. Least, "--prot", "1"]), StringComparison.Ordinal);
        Assert.Contains("given twice", Fault([.. Least, "--zone", "a", "--zone", "b"]), StringComparison.Ordinal);
        Assert.Contains("needs a value", Fault([.. Least, "--zone"]), StringComparison.Ordinal);
        Assert.Contains("port 80 twice", Fault([.. Least, "--port", "80", "--port=80:tcp"]), StringComparison.Ordinal);
    }

    private static string Fault(params string[] args) => Assert.Throws<UsageException>(() => RunSettingsReader.Read(args)).Message;

    private static RunSettings Read(params string[] more) => RunSettingsReader.Read([.. Least, .. more]);

    private static Weft.Primitives.Net.NetAddress Parse(string text)
    {
        Assert.True(Weft.Primitives.Net.NetAddress.TryParse(text, out var address));
        return address;
    }
}
