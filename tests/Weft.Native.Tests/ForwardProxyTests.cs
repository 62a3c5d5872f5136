using Xunit;

namespace Weft.Native.Tests;

/// <summary>A forward proxy of another make behind two relays with mutual TLS between: CONNECT and whole URIs of HTTP/1.1 clients and of HTTP/2 clients.</summary>
public sealed class ForwardProxyTests
{
    [Fact]
    public async Task Curl_and_Node_reach_a_server_through_relays_and_tinyproxy()
    {
        Assert.SkipUnless(Programs.Has("tinyproxy"), "tinyproxy is not installed");
        await using Origin origin = await Origin.StartAsync();
        int port = Programs.FreePort();
        await using Background tinyproxy = await Background.StartAsync(port, "tinyproxy", ["-d", "-c", "{config}"], $"Port {port}\nListen 127.0.0.1\nTimeout 30\nMaxClients 20\n");
        (Relay near, Relay far) = await Relay.StartPairAsync($"127.0.0.1:{port}", farOptions: ["--to-forward-proxy"], nearOptions: ["--to-forward-proxy"]);
        await using Relay one = near;
        await using Relay two = far;
        string url = $"http://{origin.Http1}/hello";
        foreach (string[] how in (string[][])[["-p"], []])
        {
            (int code, string output, string errors) = await Programs.RunAsync("curl", ["-sS", .. how, "-x", $"http://{near.Address}", url]);
            Assert.True(code == 0 && output == $"hello over HTTP/1.1 to {origin.Http1}\n", output + errors);
        }

        (_, string told, string wrong) = await Interop.RunAsync("connect-client.js", near.Address, origin.Http1);
        Assert.True(told == $"200\nhello over HTTP/1.1 to {origin.Http1}\n", told + wrong);
    }

    [Fact]
    public async Task A_relay_that_was_not_told_of_a_proxy_passes_no_CONNECT()
    {
        await using Origin origin = await Origin.StartAsync();
        await using Relay relay = await Relay.StartAsync("--to", origin.Http1);
        (int code, _, string errors) = await Programs.RunAsync("curl", "-sS", "-p", "-x", $"http://{relay.Address}", $"http://{origin.Http1}/hello");
        Assert.NotEqual(0, code);
        Assert.Contains("501", errors, StringComparison.Ordinal);
    }
}
