using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>What happens at the relay's edge, before and around exchanges, with other people's programs on both sides.</summary>
public sealed class EdgeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("send-proxy", "v2")]
    [InlineData("send-proxy-v2", "v1")]
    [InlineData("send-proxy-v2-ssl-cn", "v2")]
    public async Task HAProxy_tells_who_the_client_is_and_nginx_is_told(string sent, string version)
    {
        int front = Programs.FreePort();
        int behind = Programs.FreePort();
        await using Background nginx = await Background.StartNginxAsync(
            behind, $$"""server { listen 127.0.0.1:{{behind}} proxy_protocol; return 200 "$proxy_protocol_addr to $proxy_protocol_server_addr:$proxy_protocol_server_port\n"; }""");
        await using Relay relay = await Relay.StartAsync(
            "--listen-protocol", "tcp", "--listen-proxy-protocol", "--to", $"127.0.0.1:{behind}", "--to-proxy-protocol", version);
        await using Background haproxy = await Background.StartAsync(front, "haproxy", ["-f", "{config}"], HaproxyConfig(front, $"server relay {relay.Address} {sent}"));
        (int code, string output, string errors) = await Programs.RunAsync("curl", "-sS", "--interface", "127.0.0.5", $"http://127.0.0.1:{front}/");
        Assert.True(code == 0, errors);
        Assert.Equal($"127.0.0.5 to 127.0.0.1:{front}\n", output);
    }

    [Fact]
    public async Task HAProxy_takes_the_headers_of_the_relay()
    {
        int behind = Programs.FreePort();
        await using Background haproxy = await Background.StartAsync(
            behind,
            "haproxy",
            ["-f", "{config}"],
            $"""
            defaults
              mode http
              timeout client 10s
            frontend f
              bind 127.0.0.1:{behind} accept-proxy
              http-request return status 200 content-type text/plain lf-string "%[src] to %[dst]:%[dst_port]\n"

            """);
        foreach (string version in (string[])["v1", "v2"])
        {
            await using Relay relay = await Relay.StartAsync("--listen-protocol", "tcp", "--to", $"127.0.0.1:{behind}", "--to-proxy-protocol", version);
            (_, string output, string errors) = await Programs.RunAsync("curl", "-sS", "--interface", "127.0.0.9", $"http://{relay.Address}/");
            Assert.True(output == $"127.0.0.9 to {relay.Address}\n", output + errors);
        }
    }

    [Fact]
    public async Task Without_a_PROXY_header_nobody_is_served_where_one_is_required()
    {
        int metrics = Programs.FreePort();
        await using Origin origin = await Origin.StartAsync();
        await using Relay relay = await Relay.StartAsync("--listen-proxy-protocol", "--to", origin.Http1, "--metrics", $"127.0.0.1:{metrics}");
        (int code, _, _) = await Programs.RunAsync("curl", "-sS", $"http://{relay.Address}/hello");
        Assert.NotEqual(0, code);
        (code, string output, string errors) = await Programs.RunAsync("curl", "-sS", "--haproxy-protocol", $"http://{relay.Address}/hello");
        Assert.True(code == 0 && output.StartsWith("hello", StringComparison.Ordinal), errors);
        Assert.Contains("weft_rejected_total{reason=\"PROXY_HEADER_INVALID\"} 1\n", await MetricsAsync(metrics), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TLS_is_passed_through_by_its_server_name()
    {
        TestCertificates c = TestCertificates.Shared;
        int a = Programs.FreePort();
        int b = Programs.FreePort();
        await using Background first = await Background.StartAsync(a, "openssl", ["s_server", "-accept", $"127.0.0.1:{a}", "-cert", c.Path("a.pem"), "-key", c.Path("a.key"), "-www"]);
        await using Background second = await Background.StartAsync(b, "openssl", ["s_server", "-accept", $"127.0.0.1:{b}", "-cert", c.Path("b.pem"), "-key", c.Path("b.key"), "-www"]);
        int metrics = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--listen-protocol", "tcp", "--to-sni", $"A.test=127.0.0.1:{a}", "--to-sni", $"*.test=127.0.0.1:{b}", "--metrics", $"127.0.0.1:{metrics}");
        foreach (string name in (string[])["a.test", "b.test"])
        {
            // Each server has the certificate of its own name only.
            (int code, string output, string errors) = await Programs.RunAsync(
                "curl", "-sS", "--http1.1", "--cacert", c.Path("ca.pem"), "--resolve", $"{name}:{relay.Port}:127.0.0.1", $"https://{name}:{relay.Port}/");
            Assert.True(code == 0 && output.Contains("s_server", StringComparison.Ordinal), errors);
        }

        (_, string told, string refused) = await Programs.RunAsync("openssl", "s_client", "-connect", relay.Address, "-servername", "other.example");
        Assert.Contains("unrecognized name", told + refused, StringComparison.Ordinal);
        Assert.Contains("weft_rejected_total{reason=\"SERVER_NAME_UNKNOWN\"} 1\n", await MetricsAsync(metrics), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_greets_through_a_relay_that_was_told_nothing()
    {
        using TcpListener mail = new(IPAddress.Loopback, 0);
        mail.Start();
        Task served = ServeMailAsync(mail, clients: 2);
        int metrics = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync("--to", mail.LocalEndpoint.ToString()!, "--metrics", $"127.0.0.1:{metrics}");
        string script = $"import smtplib, time\nfor i in range(2):\n  s = smtplib.SMTP('127.0.0.1', {relay.Port}, 'me', 4)\n  t = time.time()\n  print(s.noop()[0], s.quit()[0])\n";
        (int code, string output, string errors) = await Programs.RunAsync("python3", "-c", script);
        Assert.True(code == 0, errors);
        Assert.Equal("250 221\n250 221\n", output);
        await served;
        Assert.Contains("weft_detected_total{protocol=\"server_first\"} 2\n", await MetricsAsync(metrics), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_is_passed_on(bool byServer)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        await using Relay relay = await Relay.StartAsync("--to", listener.LocalEndpoint.ToString()!, "--listen-protocol", "tcp");
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, relay.Port, Stop);
        using TcpClient server = await listener.AcceptTcpClientAsync(Stop);
        (TcpClient ends, TcpClient hears) = byServer ? (server, client) : (client, server);
        ends.Client.LingerState = new LingerOption(true, 0);
        ends.Client.Close();
        SocketException fault = await Assert.ThrowsAsync<SocketException>(async () => await hears.Client.ReceiveAsync(new byte[10], Stop));
        Assert.Equal(SocketError.ConnectionReset, fault.SocketErrorCode);
    }

    [Theory]
    [InlineData("--idle-timeout", "IDLE_TIMEOUT")]
    [InlineData("--max-connection-time", "CONNECTION_TIME_OVER")]
    public async Task A_stream_ends_by_its_times(string option, string reason)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int metrics = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--to", listener.LocalEndpoint.ToString()!, "--listen-protocol", "tcp", option, "1", "--metrics", $"127.0.0.1:{metrics}");
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, relay.Port, Stop);
        using TcpClient server = await listener.AcceptTcpClientAsync(Stop);
        await Assert.ThrowsAsync<SocketException>(async () => await client.Client.ReceiveAsync(new byte[10], Stop));
        await Assert.ThrowsAsync<SocketException>(async () => await server.Client.ReceiveAsync(new byte[10], Stop));
        Assert.Contains($"weft_rejected_total{{reason=\"{reason}\"}} 1\n", await MetricsAsync(metrics), StringComparison.Ordinal);
    }

    [Fact]
    public async Task IPv6_is_listened_on_and_dialled()
    {
        using TcpListener listener = new(IPAddress.IPv6Loopback, 0);
        listener.Start();
        int port = Programs.FreePort();
        using System.Diagnostics.Process process = Programs.Start(
            Programs.Proxy, ["relay", "--listen", $"[::1]:{port}", "--to", listener.LocalEndpoint.ToString()!, "--listen-protocol", "tcp", "--to-proxy-protocol", "v1"]);
        Assert.StartsWith("weft-proxy relay ready", await process.StandardOutput.ReadLineAsync(Stop), StringComparison.Ordinal);
        using TcpClient client = new(AddressFamily.InterNetworkV6);
        await client.ConnectAsync(IPAddress.IPv6Loopback, port, Stop);
        await client.GetStream().WriteAsync("question\r\n"u8.ToArray(), Stop);
        using TcpClient server = await listener.AcceptTcpClientAsync(Stop);
        using StreamReader reader = new(server.GetStream());
        Assert.Equal($"PROXY TCP6 0:0:0:0:0:0:0:1 0:0:0:0:0:0:0:1 {((IPEndPoint)client.Client.LocalEndPoint!).Port} {port}", await reader.ReadLineAsync(Stop));
        Assert.Equal("question", await reader.ReadLineAsync(Stop));
        process.Kill();
        await process.WaitForExitAsync(Stop);
    }

    [Fact]
    public async Task A_name_is_an_upstream_and_one_that_does_not_exist_is_told()
    {
        await using Origin origin = await Origin.StartAsync();
        string port = origin.Http1[(origin.Http1.LastIndexOf(':') + 1)..];
        await using Relay relay = await Relay.StartAsync("--to", $"localhost:{port}");
        (int code, string output, string errors) = await Programs.RunAsync("curl", "-sS", $"http://{relay.Address}/hello");
        Assert.True(code == 0 && output.StartsWith("hello", StringComparison.Ordinal), errors);
        await using Relay lost = await Relay.StartAsync("--to", "nowhere.invalid:80");
        (_, string status, _) = await Programs.RunAsync("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", $"http://{lost.Address}/hello");
        Assert.Equal("503", status);
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_counted()
    {
        TestCertificates c = TestCertificates.Shared;
        int metrics = Programs.FreePort();
        await using Origin origin = await Origin.StartAsync();
        await using Relay relay = await Relay.StartAsync(
            "--listen-cert", c.Path("b.pem"), "--listen-key", c.Path("b.key"), "--listen-trust", c.Path("ca.pem"), "--to", origin.Http1, "--metrics", $"127.0.0.1:{metrics}");
        foreach (string[] mine in (string[][])[[], ["--cert", c.Path("expired.pem"), "--key", c.Path("expired.key")], ["--cert", c.Path("stranger.pem"), "--key", c.Path("stranger.key")]])
        {
            (int code, _, _) = await Programs.RunAsync(
                "curl", ["-sS", "--cacert", c.Path("ca.pem"), .. mine, "--resolve", $"b.test:{relay.Port}:127.0.0.1", $"https://b.test:{relay.Port}/hello"]);
            Assert.NotEqual(0, code);
        }

        string page = await MetricsAsync(metrics);
        foreach (string reason in (string[])["PEER_CERTIFICATE_MISSING", "PEER_CERTIFICATE_EXPIRED", "PEER_ISSUER_UNKNOWN"])
        {
            Assert.Contains($"weft_rejected_total{{reason=\"{reason}\"}} 1\n", page, StringComparison.Ordinal);
        }
    }

    private static string HaproxyConfig(int port, string server) => $"""
        defaults
          mode tcp
          timeout client 10s
          timeout server 10s
          timeout connect 5s
        listen l
          bind 127.0.0.1:{port}
          {server}

        """;

    private static async Task<string> MetricsAsync(int port)
    {
        using HttpClient client = new();
        return await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Stop);
    }

    private static async Task ServeMailAsync(TcpListener mail, int clients)
    {
        for (int i = 0; i < clients; i++)
        {
            using TcpClient client = await mail.AcceptTcpClientAsync(Stop);
            using StreamReader reader = new(client.GetStream());
            await client.GetStream().WriteAsync("220 mail.example ready\r\n"u8.ToArray(), Stop);
            while (await reader.ReadLineAsync(Stop) is { } line)
            {
                string answer = line.StartsWith("quit", StringComparison.OrdinalIgnoreCase) ? "221 bye\r\n" : "250 ok\r\n";
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), Stop);
            }
        }
    }
}
