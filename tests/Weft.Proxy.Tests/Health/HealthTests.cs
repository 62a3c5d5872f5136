using System.Net;
using System.Net.Sockets;
using System.Text;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Health;

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

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n", null)]
    [InlineData("HTTP/1.0 302 Found\r\n", null)]
    [InlineData("HTTP/1.1 404 Not Found\r\n", "status 404")]
    [InlineData("HTTP/1.1 503 x\r\n", "status 503")]
    [InlineData("HTTP/1.1 +20 x\r\n", "the answer is not HTTP")]
    [InlineData("SSH-2.0-OpenSSH_9", "the answer is not HTTP")]
    public void A_status_line_is_judged(string answer, string? fault)
    {
        Assert.Equal(fault, HttpProbe.Judge(Encoding.ASCII.GetBytes(answer)));
    }

    [Fact]
    public async Task A_listening_application_passes_the_tcp_check_and_a_closed_port_does_not()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        NetAddress target = Address(listener);
        Assert.Null(await RunAsync((loop, sockets) => new TcpProbe(loop, sockets, target)));
        listener.Stop();
        Assert.Contains("refused", await RunAsync((loop, sockets) => new TcpProbe(loop, sockets, target)), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_http_check_asks_for_the_path_and_reads_the_status()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> request = AnswerAsync(listener, "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n");
        string? fault = await RunAsync((loop, sockets) => new HttpProbe(loop, sockets, Address(listener), "/healthz"));
        Assert.EndsWith("status 500", fault, StringComparison.Ordinal);
        Assert.StartsWith("GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:", await request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_application_fails_in_time()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string? fault = await RunAsync((loop, sockets) => new HttpProbe(loop, sockets, Address(listener), "/"));
        Assert.Contains("no answer within 1000 ms", fault, StringComparison.Ordinal);
    }

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
