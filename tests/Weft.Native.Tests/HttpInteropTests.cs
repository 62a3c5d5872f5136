using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Other people's clients and servers through the relay, in every mix of versions.</summary>
public sealed class HttpInteropTests : IAsyncLifetime
{
    private NodeOrigin _origin = null!;
    private string _file = "";

    public static TheoryData<string, bool> Mixes => new()
    {
        { "--http1.0", false },
        { "--http1.0", true },
        { "--http1.1", false },
        { "--http1.1", true },
        { "--http2-prior-knowledge", false },
        { "--http2-prior-knowledge", true },
    };

    public async ValueTask InitializeAsync()
    {
        _origin = await NodeOrigin.StartAsync();
        _file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(_file, new byte[300_000], RelayTests.Stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_origin is not null)
        {
            await _origin.DisposeAsync();
            File.Delete(_file);
        }
    }

    [Theory, MemberData(nameof(Mixes))]
    public async Task Curl_and_Node_understand_each_other_whatever_they_speak(string version, bool toHttp2)
    {
        await using Relay relay = await StartAsync(toHttp2);
        Assert.Equal("GET 0", await CurlAsync(relay, version, "/"));
        Assert.Equal("PUT 300000", await CurlAsync(relay, version, "/up", "-T", _file));
        Assert.Equal("PUT 300000", await CurlAsync(relay, version, "/up", "-T", _file, "-H", "Expect: 100-continue"));
        Assert.Equal("POST 3", await CurlAsync(relay, version, "/", "-d", "abc"));
        Assert.Equal("204", await CurlAsync(relay, version, "/204", "-w", "%{http_code}"));
        Assert.Contains("content-length: 5", await CurlAsync(relay, version, "/", "-I"), StringComparison.OrdinalIgnoreCase);
        string early = await CurlAsync(relay, version, "/early", "-i");
        Assert.EndsWith("early", early, StringComparison.Ordinal);
        Assert.Equal(version != "--http1.0", early.Contains(" 103", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cookies_that_HTTP2_splits_arrive_as_one(bool toHttp2)
    {
        Assert.SkipUnless(Programs.Has("nghttp"), "nghttp is not installed");
        await using Relay relay = await StartAsync(toHttp2);
        (_, string output, _) = await Programs.RunAsync("nghttp", "-v", "-H", "cookie: a=1", "-H", "cookie: b=2", $"http://{relay.Address}/");
        Assert.Contains("x-cookie: a=1; b=2", output, StringComparison.Ordinal);
        Assert.Contains("x-sum: 0", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_allows_no_header_table_is_told_that_there_is_none(bool toHttp2)
    {
        Assert.SkipUnless(Programs.Has("nghttp"), "nghttp is not installed");
        await using Relay relay = await StartAsync(toHttp2);
        (_, string output, string errors) = await Programs.RunAsync("nghttp", "-v", "--header-table-size=0", $"http://{relay.Address}/", $"http://{relay.Address}/b");
        Assert.DoesNotContain("COMPRESSION_ERROR", output + errors, StringComparison.Ordinal);
        Assert.Equal(2, output.Split("x-sum: 0").Length - 1);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task H2load_has_every_request_answered(bool http1, bool toHttp2)
    {
        Assert.SkipUnless(Programs.Has("h2load"), "h2load is not installed");
        await using Relay relay = await StartAsync(toHttp2);
        string[] how = http1 ? ["--h1"] : ["-m", "10"];
        (_, string output, _) = await Programs.RunAsync("h2load", [.. how, "-n", "500", "-c", "4", $"http://{relay.Address}/"]);
        Assert.Contains("500 succeeded, 0 failed, 0 errored, 0 timeout", output, StringComparison.Ordinal);
        Assert.Contains("500 2xx", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_WebSocket_over_HTTP2_passes(bool toHttp2)
    {
        await using Relay relay = await StartAsync(toHttp2);
        (_, string output, string errors) = await Programs.RunAsync("node", NodeOrigin.Script("node-websocket.js"), relay.Address);
        Assert.True(output == "200 no accept\necho hi\nclosed 0\n", output + errors);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_WebSocket_of_HTTP1_passes_and_closes_one_side_after_the_other(bool toHttp2)
    {
        await using Relay relay = await StartAsync(toHttp2);
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", relay.Port, RelayTests.Stop);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            "GET /feed HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"u8.ToArray(),
            RelayTests.Stop);
        StringBuilder head = new();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int value = stream.ReadByte();
            Assert.True(value >= 0, head.ToString());
            head.Append((char)value);
        }

        Assert.StartsWith("HTTP/1.1 101 ", head.ToString(), StringComparison.Ordinal);
        Assert.Contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head.ToString(), StringComparison.OrdinalIgnoreCase);
        await stream.WriteAsync("hi"u8.ToArray(), RelayTests.Stop);
        client.Client.Shutdown(SocketShutdown.Send);
        using StreamReader reader = new(stream);
        Assert.Equal("echo hi", await reader.ReadToEndAsync(RelayTests.Stop));
    }

    private Task<Relay> StartAsync(bool toHttp2) => toHttp2
        ? Relay.StartAsync("--to", _origin.Http2, "--to-protocol", "http2")
        : Relay.StartAsync("--to", _origin.Http1, "--to-protocol", "http1");

    private static async Task<string> CurlAsync(Relay relay, string version, string path, params string[] options)
    {
        (int code, string output, string errors) = await Programs.RunAsync("curl", ["-sS", version, .. options, $"http://{relay.Address}{path}"]);
        Assert.True(code == 0, errors);
        return output;
    }
}
