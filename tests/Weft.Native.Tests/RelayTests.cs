using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>The native relay between other people's programs.</summary>
public sealed class RelayTests : IAsyncLifetime
{
    private Origin _origin = null!;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _origin = await Origin.StartAsync();

    public async ValueTask DisposeAsync() => await _origin.DisposeAsync();

    [Theory]
    [InlineData("--http1.1", "HTTP/1.1")]
    [InlineData("--http2-prior-knowledge", "HTTP/1.1")]
    public async Task Curl_gets_an_answer_whatever_it_speaks(string version, string spokenAtOrigin)
    {
        await using Relay relay = await Relay.StartAsync("--to", _origin.Http1);
        (int code, string output, string errors) = await Programs.RunAsync("curl", "-sS", version, $"http://{relay.Address}/hello");
        Assert.True(code == 0, errors);
        Assert.Equal($"hello over {spokenAtOrigin} to {relay.Address}\n", output);
    }

    [Fact]
    public async Task Http2_stays_http2_when_the_origin_speaks_it()
    {
        await using Relay relay = await Relay.StartAsync("--to", _origin.Http2);
        (_, string output, _) = await Programs.RunAsync("curl", "-sS", "--http2-prior-knowledge", $"http://{relay.Address}/hello");
        Assert.StartsWith("hello over HTTP/2 ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http1_reaches_an_http2_origin_when_told_so()
    {
        await using Relay relay = await Relay.StartAsync("--to", _origin.Http2, "--to-protocol", "http2");
        (_, string output, _) = await Programs.RunAsync("curl", "-sS", "--http1.1", $"http://{relay.Address}/hello");
        Assert.StartsWith("hello over HTTP/2 ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--http1.1")]
    [InlineData("--http2-prior-knowledge")]
    public async Task Large_bodies_pass_a_pair_both_ways(string version)
    {
        (Relay near, Relay far) = await Relay.StartPairAsync(_origin.Http1);
        await using Relay first = near;
        await using Relay second = far;
        (_, string down, _) = await Programs.RunAsync("curl", "-sS", version, "-o", "/dev/null", "-w", "%{size_download}", $"http://{near.Address}/bytes/20000000");
        Assert.Equal("20000000", down);
        string file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, new byte[10_000_000], Stop);
        (_, string up, string errors) = await Programs.RunAsync("curl", "-sS", version, "--data-binary", "@" + file, $"http://{near.Address}/sum");
        File.Delete(file);
        Assert.True(up == "10000000\n", errors + up);

        // A megabyte per connection is the bound; both are far below the file's size.
        Assert.InRange(near.ResidentKb, 1, 60_000);
        Assert.InRange(far.ResidentKb, 1, 60_000);
    }

    [Fact]
    public async Task Trailers_reach_an_http2_client_over_a_pair()
    {
        (Relay near, Relay far) = await Relay.StartPairAsync(_origin.Http2);
        await using Relay first = near;
        await using Relay second = far;
        using HttpClient client = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage response = await client.GetAsync(new Uri($"http://{near.Address}/trailers"), Stop);
        Assert.Equal("body", await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal("4", response.TrailingHeaders.GetValues("x-sum").Single());
    }

    [Fact]
    public async Task A_WebSocket_passes_a_pair()
    {
        (Relay near, Relay far) = await Relay.StartPairAsync(_origin.Http1);
        await using Relay first = near;
        await using Relay second = far;
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri($"ws://{near.Address}/socket"), Stop);
        byte[] buffer = new byte[100];
        for (int i = 0; i < 20; i++)
        {
            byte[] message = Encoding.UTF8.GetBytes($"message {i}");
            await socket.SendAsync(message, WebSocketMessageType.Text, true, Stop);
            WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, Stop);
            Assert.Equal(message, buffer[..received.Count]);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Stop);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Theory]
    [InlineData("a", 0)]
    [InlineData(null, 56)]
    [InlineData("expired", 56)]
    [InlineData("stranger", 56)]
    public async Task Only_a_client_with_a_good_certificate_gets_anything(string? certificate, int expected)
    {
        TestCertificates c = TestCertificates.Shared;
        await using Relay relay = await Relay.StartAsync(
            "--listen-cert", c.Path("b.pem"), "--listen-key", c.Path("b.key"), "--listen-trust", c.Path("ca.pem"), "--to", _origin.Http1);
        string[] mine = certificate is null ? [] : ["--cert", c.Path(certificate + ".pem"), "--key", c.Path(certificate + ".key")];
        (int code, string output, _) = await Programs.RunAsync(
            "curl", ["-sS", "--cacert", c.Path("ca.pem"), .. mine, "--resolve", $"b.test:{relay.Port}:127.0.0.1", $"https://b.test:{relay.Port}/hello"]);
        Assert.Equal(expected == 0, code == 0);
        Assert.Equal(expected == 0, output.StartsWith("hello", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_upstream_with_another_name_is_refused()
    {
        TestCertificates c = TestCertificates.Shared;
        await using Relay far = await Relay.StartAsync("--listen-cert", c.Path("b.pem"), "--listen-key", c.Path("b.key"), "--to", _origin.Http1);
        await using Relay near = await Relay.StartAsync("--to", far.Address, "--to-trust", c.Path("ca.pem"), "--to-san", "spiffe://example.test/ns/shop/svc/other");
        (_, string status, _) = await Programs.RunAsync("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", $"http://{near.Address}/hello");
        Assert.Equal("502", status);
    }

    [Fact]
    public async Task A_dead_upstream_is_passed_over()
    {
        await using Relay relay = await Relay.StartAsync("--to", $"127.0.0.1:{Programs.FreePort()}", "--to", _origin.Http1);
        using HttpClient client = new();
        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri($"http://{relay.Address}/hello"), Stop);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_Unix_socket_is_a_place_to_listen()
    {
        string path = Path.Combine(Path.GetTempPath(), $"weft-{Environment.ProcessId}.sock");
        using System.Diagnostics.Process process = Programs.Start(Programs.Proxy, ["relay", "--listen", "unix:" + path, "--to", _origin.Http1]);
        Assert.StartsWith("weft-proxy relay ready", await process.StandardOutput.ReadLineAsync(Stop), StringComparison.Ordinal);
        (_, string output, string errors) = await Programs.RunAsync("curl", "-sS", "--unix-socket", path, "http://shop/hello");
        process.Kill();
        File.Delete(path);
        Assert.True(output == "hello over HTTP/1.1 to shop\n", errors);
    }

    [Fact]
    public async Task Two_workers_serve()
    {
        await using Relay relay = await Relay.StartAsync("--to", _origin.Http1, "--workers", "2");
        using HttpClient client = new();
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => client.GetStringAsync(new Uri($"http://{relay.Address}/hello"), Stop)));
        Assert.All(answers, answer => Assert.StartsWith("hello", answer, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2, 8)]
    [InlineData(4, 100)]
    public async Task Connections_are_spread_evenly_over_the_workers(int workers, int count)
    {
        int metrics = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync("--to", _origin.Http1, "--workers", workers.ToString(CultureInfo.InvariantCulture), "--metrics", $"127.0.0.1:{metrics}");
        List<TcpClient> clients = [];
        for (int i = 0; i < count; i++)
        {
            clients.Add(new TcpClient());
            await clients[i].ConnectAsync(IPAddress.Loopback, relay.Port, Stop);
            await AskAsync(clients[i]);
        }

        int[] open = await OpenOfWorkersAsync(metrics);
        Assert.Equal(count, open.Sum());
        Assert.InRange(open.Max() - open.Min(), 0, 2 + (count / workers / 16));

        // Half of them leave; those that come fill the gaps, wherever these are.
        clients[..(count / 2)].ForEach(static client => client.Dispose());
        await MeshTests.UntilAsync(async () => (await OpenOfWorkersAsync(metrics)).Sum() == count - (count / 2), "the relay has seen half of them leave");
        for (int i = 0; i < count / 2; i++)
        {
            clients[i] = new TcpClient();
            await clients[i].ConnectAsync(IPAddress.Loopback, relay.Port, Stop);
            await AskAsync(clients[i]);
        }

        open = await OpenOfWorkersAsync(metrics);
        Assert.Equal(count, open.Sum());
        Assert.InRange(open.Max() - open.Min(), 0, 2 + (count / workers / 16));
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task Opaque_bytes_pass_with_half_close()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        await using Relay relay = await Relay.StartAsync("--to", listener.LocalEndpoint.ToString()!, "--listen-protocol", "tcp");
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, relay.Port, Stop);
        using TcpClient server = await listener.AcceptTcpClientAsync(Stop);
        NetworkStream here = client.GetStream();
        NetworkStream there = server.GetStream();
        await here.WriteAsync("question"u8.ToArray(), Stop);
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", await new StreamReader(there).ReadToEndAsync(Stop));
        await there.WriteAsync("answer"u8.ToArray(), Stop);
        server.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("answer", await new StreamReader(here).ReadToEndAsync(Stop));
    }

    [Fact]
    public async Task SIGTERM_under_load_fails_no_request_that_was_sent()
    {
        await using Relay relay = await Relay.StartAsync("--to", _origin.Http1);
        int answered = 0;
        bool terminated = false;
        Task[] users = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(UseAsync, Stop))];
        while (Volatile.Read(ref answered) < 2_000)
        {
            await Task.Delay(5, Stop);
        }

        Volatile.Write(ref terminated, true);
        relay.Terminate();
        await Task.WhenAll(users);
        Assert.Equal(0, await relay.WaitAsync(TimeSpan.FromSeconds(10)));

        async Task UseAsync()
        {
            using HttpClient client = new();
            while (true)
            {
                try
                {
                    Assert.StartsWith("hello", await client.GetStringAsync(new Uri($"http://{relay.Address}/hello"), Stop), StringComparison.Ordinal);
                    Interlocked.Increment(ref answered);
                }
                catch (HttpRequestException refused) when (
                    Volatile.Read(ref terminated) && refused.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                {
                    // The listener is gone: no new connection, and so no request, is possible any more.
                    return;
                }
            }
        }
    }

    [Fact]
    public async Task Metrics_count_what_passed()
    {
        int port = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync("--to", _origin.Http1, "--metrics", $"127.0.0.1:{port}");
        using HttpClient client = new();
        for (int i = 0; i < 5; i++)
        {
            await client.GetStringAsync(new Uri($"http://{relay.Address}/hello"), Stop);
        }

        string page = await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Stop);
        string line = page.Split('\n').Single(each => each.StartsWith("weft_requests_total{", StringComparison.Ordinal));
        Assert.Contains($"destination=\"{_origin.Http1}\"", line, StringComparison.Ordinal);
        Assert.EndsWith(" 5", line, StringComparison.Ordinal);
        Assert.Equal("ready", (await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/ready"), Stop)).Trim());
    }

    [Fact]
    public async Task Idle_memory_is_below_15_MB()
    {
        await using Relay relay = await Relay.StartAsync("--to", _origin.Http1);
        Assert.InRange(relay.ResidentKb, 1, 15 * 1024);
    }

    [Theory]
    [InlineData(64, "--to ADDR is required", "--listen", "127.0.0.1:1")]
    [InlineData(64, "did you mean --listen?", "--lisen", "127.0.0.1:1")]
    [InlineData(64, "is not an address", "--listen", "localhost", "--to", "127.0.0.1:1")]
    [InlineData(64, "is none of auto, http1, http2, tcp", "--listen", "127.0.0.1:1", "--to", "127.0.0.1:1", "--to-protocol", "http3")]
    [InlineData(64, "belong together", "--listen", "127.0.0.1:1", "--to", "127.0.0.1:1", "--listen-cert", "x")]
    [InlineData(65, "cannot be read", "--listen", "127.0.0.1:1", "--to", "127.0.0.1:1", "--to-trust", "/nowhere/ca.pem")]
    [InlineData(65, "holds no PEM certificate", "--listen", "127.0.0.1:1", "--to", "127.0.0.1:1", "--to-trust", "/dev/null")]
    public async Task A_wrong_command_line_is_named(int expected, string message, params string[] options)
    {
        (int code, _, string errors) = await Programs.RunAsync(Programs.Proxy, ["relay", .. options]);
        Assert.Equal(expected, code);
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        await using Relay relay = await Relay.StartAsync("--to", _origin.Http1);
        (int code, _, string errors) = await Programs.RunAsync(Programs.Proxy, "relay", "--listen", relay.Address, "--to", _origin.Http1);
        Assert.Equal(69, code);
        Assert.Contains("Address already in use", errors, StringComparison.Ordinal);
    }

    private static async Task AskAsync(TcpClient client)
    {
        await client.GetStream().WriteAsync("GET /hello HTTP/1.1\r\nHost: shop\r\n\r\n"u8.ToArray(), Stop);
        Assert.True(await client.GetStream().ReadAsync(new byte[1000], Stop) > 0);
    }

    private static async Task<int[]> OpenOfWorkersAsync(int metrics)
    {
        using HttpClient http = new();
        using JsonDocument stats = JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{metrics}/stats"), Stop));
        return [.. stats.RootElement.GetProperty("loops").EnumerateArray().Select(static loop => loop.GetProperty("connections").GetInt32())];
    }
}
