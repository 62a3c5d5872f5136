using System.Net;
using System.Net.Sockets;
using System.Text;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Health;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public void Unhealthy_until_the_first_success_then_two_failures_in_a_row_turn_it()
    {
        HealthJudge judge = new();
        Assert.False(judge.Verdict.IsHealthy);
        Assert.False(judge.Take("refused"));
        Assert.True(judge.Take(null));
        Assert.False(judge.Take("refused"));
        Assert.True(judge.Verdict.IsHealthy);
        Assert.False(judge.Take(null));
        Assert.False(judge.Take("refused"));
        Assert.True(judge.Take("refused again"));
        Assert.Equal(new HealthVerdict(false, "refused again"), judge.Verdict);
        Assert.True(judge.Take(null));
    }

    [Fact]
    public void The_first_check_decides_alone_and_then_the_thresholds_do()
    {
        HealthJudge judge = new(unhealthyThreshold: 3, healthyThreshold: 2);
        Assert.False(judge.IsKnown);
        Assert.True(judge.Take(null));
        Assert.Equal((false, false, true), (judge.Take("a"), judge.Take("b"), judge.Take("c")));
        Assert.Equal((false, true), (judge.Take(null), judge.Take(null)));
        Assert.Equal(new HealthVerdict(true, ""), judge.Verdict);

        HealthJudge other = new(unhealthyThreshold: 3, healthyThreshold: 2);
        Assert.False(other.Take("down"));
        Assert.True(other.IsKnown);
        Assert.False(other.Take(null));
        Assert.Equal(new HealthVerdict(false, "down"), other.Verdict);
        Assert.True(other.With(1, 1).Take(null));
        Assert.False(other.Take("down again"));
        Assert.False(other.Take(null));
        Assert.True(other.Take(null));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n", null)]
    [InlineData("HTTP/1.0 302 Found\r\n", null)]
    [InlineData("HTTP/1.1 404 Not Found\r\n", "status 404")]
    [InlineData("HTTP/1.1 503 x\r\n", "status 503")]
    [InlineData("HTTP/1.1 +20 x\r\n", "the answer is not HTTP")]
    [InlineData("SSH-2.0-OpenSSH_9", "the answer is not HTTP")]
    public void A_status_line_is_judged(string answer, string? fault)
    {
        Assert.Equal(fault, HttpProbe.Judge(Encoding.ASCII.GetBytes(answer), [(200, 399)]));
    }

    [Fact]
    public async Task A_listening_application_passes_the_tcp_check_and_a_closed_port_does_not()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        NetAddress target = Address(listener);
        Assert.Null(await RunAsync((loop, sockets) => new TcpProbe(At(loop, sockets, target))));
        listener.Stop();
        Assert.Contains("refused", await RunAsync((loop, sockets) => new TcpProbe(At(loop, sockets, target))), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_http_check_asks_for_the_path_and_reads_the_status()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> request = AnswerAsync(listener, "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n");
        string? fault = await RunAsync((loop, sockets) => new HttpProbe(At(loop, sockets, Address(listener)), "/healthz"));
        Assert.EndsWith("status 500", fault, StringComparison.Ordinal);
        Assert.StartsWith("GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:", await request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_application_fails_in_time()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string? fault = await RunAsync((loop, sockets) => new HttpProbe(At(loop, sockets, Address(listener)), "/"));
        Assert.Contains("no answer within 1000 ms", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, true)]
    [InlineData(204, true)]
    [InlineData(205, false)]
    [InlineData(500, false)]
    public async Task The_http_check_takes_the_statuses_and_the_host_that_it_is_given(int status, bool passes)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> request = AnswerAsync(listener, $"HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n");
        string? fault = await RunAsync((loop, sockets) => new HttpProbe(At(loop, sockets, Address(listener)), "/", "partner.example", [(200, 204), (404, 404)]));
        Assert.Equal(passes, fault is null);
        Assert.Contains("\r\nhost: partner.example\r\n", await request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_without_HTTP2_fails_the_check_that_speaks_it()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> request = AnswerAsync(listener, "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        string? fault = await RunAsync((loop, sockets) => new HttpProbe(
            ProbeTarget.Of(loop, sockets, null, new UpstreamSettings { Address = Address(listener), Protocol = UpstreamProtocol.Http2 }, 1_000), "/healthz"));
        Assert.EndsWith(": no HTTP/2", fault, StringComparison.Ordinal);
        Assert.StartsWith("PRI * HTTP/2.0\r\n", await request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_is_silent_in_HTTP2_fails_in_time()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string? fault = await RunAsync((loop, sockets) => new HttpProbe(
            ProbeTarget.Of(loop, sockets, null, new UpstreamSettings { Address = Address(listener), Protocol = UpstreamProtocol.Http2 }, 300), "/"));
        Assert.Contains("no answer within 300 ms", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_of_a_unix_socket_says_what_is_wrong()
    {
        string? fault = await RunAsync((loop, sockets) => new TcpProbe(At(loop, sockets, NetAddress.Unix("/nowhere/app.sock"))));
        Assert.Equal("connecting to unix:/nowhere/app.sock: No such file or directory", fault);
    }

    private static ProbeTarget At(EventLoop loop, SocketFactory sockets, NetAddress address) => ProbeTarget.Of(loop, sockets, null, new UpstreamSettings { Address = address }, 1_000);

    private static NetAddress Address(TcpListener listener) => NetAddress.V4(0x7f000001, (ushort)((IPEndPoint)listener.LocalEndpoint).Port);

    private static async Task<string> AnswerAsync(TcpListener listener, string answer)
    {
        using Socket socket = await listener.AcceptSocketAsync();
        byte[] buffer = new byte[1024];
        int length = await socket.ReceiveAsync(buffer);
        await socket.SendAsync(Encoding.ASCII.GetBytes(answer));
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    /// <summary>Runs one check on a loop of its own.</summary>
    private static Task<string?> RunAsync(Func<EventLoop, SocketFactory, IHealthProbe> make)
    {
        TaskCompletionSource<string?> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            using EventLoop loop = new(new EpollPoller(), TimeProvider.System);
            loop.Post(async () =>
            {
                string? fault = await make(loop, new SocketFactory(0)).ProbeAsync();
                done.SetResult(fault);
                loop.Stop();
            });
            loop.Run();
        });
        thread.Start();
        return done.Task;
    }
}
