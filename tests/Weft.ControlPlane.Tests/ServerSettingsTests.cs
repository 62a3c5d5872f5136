using System.Net;
using Xunit;

namespace Weft.ControlPlane.Tests;

public sealed class ServerSettingsTests
{
    [Fact]
    public void Options_win_over_the_environment_and_the_environment_over_defaults()
    {
        Dictionary<string, string> environment = new()
        {
            ["WEFT_SERVER_DATA"] = "/tmp/env",
            ["WEFT_SERVER_TRUST_DOMAIN"] = "env.example",
            ["WEFT_SERVER_NAME"] = "a.example, 10.0.0.1",
        };
        ServerSettings settings = ServerSettings.Parse(
            ["--data", "/tmp/option", "--listen=127.0.0.1:0", "--api", "[::1]:7", "--log", "json"],
            environment.GetValueOrDefault);
        Assert.Equal(
            ("/tmp/option", "/tmp/option/weft.sock", "env.example", LogFormat.Json),
            (settings.DataDirectory, settings.SocketPath, settings.TrustDomain, settings.Log));
        Assert.Equal((new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.IPv6Loopback, 7)), (settings.Grpc, settings.Api));
        Assert.Equal(["a.example", "10.0.0.1"], settings.Names);
    }

    [Theory]
    [InlineData("--nothing", "1")]
    [InlineData("stray")]
    [InlineData("--data")]
    [InlineData("--data", "/a", "--data", "/b")]
    [InlineData("--listen", "15010")]
    [InlineData("--listen", "localhost:15010")]
    [InlineData("--listen", "127.1:15010")]
    [InlineData("--listen", "0127.0.0.1:15010")]
    [InlineData("--listen", "127.0.0.1:+1")]
    [InlineData("--listen", "127.0.0.1:65536")]
    [InlineData("--listen", "::1:15010")]
    [InlineData("--listen", "[127.0.0.1]:15010")]
    [InlineData("--trust-domain", "Upper.Example")]
    [InlineData("--name", "not a name")]
    [InlineData("--log", "xml")]
    [InlineData("--query-source", "http://127.0.0.1:9090")]
    [InlineData("--query-source", "prometheus=")]
    [InlineData("--query-source", "prometheus=127.0.0.1:9090")]
    [InlineData("--query-source", "prometheus=ftp://127.0.0.1")]
    [InlineData("--query-source", "prometheus=http://user:secret@127.0.0.1:9090")]
    [InlineData("--query-source", "prometheus=http://127.0.0.1:9090/?x=1")]
    [InlineData("--query-source", "influx=http://127.0.0.1:9090")]
    public void A_wrong_option_is_exit_code_64_and_says_the_fix(params string[] arguments)
    {
        ServerStartException fault = Assert.Throws<ServerStartException>(() => ServerSettings.Parse(arguments, _ => null));
        Assert.Equal(ServerExit.Usage, fault.ExitCode);
        Assert.NotEmpty(fault.Fix);
    }

    [Theory]
    [InlineData("store", null)]
    [InlineData("prometheus=http://127.0.0.1:9090", "http://127.0.0.1:9090/")]
    [InlineData("prometheus=https://prom.example/team", "https://prom.example/team")]
    public void Figures_come_from_the_store_or_from_a_Prometheus(string text, string? address)
        => Assert.Equal(address, ServerSettings.Parse(["--query-source", text], _ => null).Prometheus?.AbsoluteUri);

    [Fact]
    public void A_socket_path_that_the_kernel_cannot_take_is_refused()
        => Assert.Throws<ServerStartException>(() => ServerSettings.Parse(["--data", "/tmp/" + new string('x', 100)], _ => null));
}
