using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Upstreams of the built relay that answer what no client may get to see: 502, and the connection is not used again.</summary>
public sealed class HostileUpstreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What is wrong with each answer.</summary>
    public static TheoryData<string> Kinds => [.. Answers.Keys];

    private static Dictionary<string, string> Answers { get; } = new()
    {
        ["length and chunked"] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ["two lengths"] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        ["signed length"] = "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        ["bare line feeds"] = "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
        ["folded field"] = "HTTP/1.1 200 OK\r\nx-a: b\r\n c\r\nContent-Length: 5\r\n\r\nhello",
        ["unknown coding"] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\nhello",
        ["blank before colon"] = "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello",
        ["endless fields"] = "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("x-a: b\r\n", 20_000)),
        ["endless interim answers"] = string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 1_000)),
        ["not HTTP"] = "SSH-2.0-OpenSSH_9.6\r\n",
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_answer_that_is_ambiguous_or_endless_becomes_502(string kind)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int accepted = 0;
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task serving = ServeAsync(listener, Encoding.Latin1.GetBytes(Answers[kind]), () => accepted++, over.Token);
        await using (AttackedRelay attacked = await AttackedRelay.StartBeforeAsync(listener.LocalEndpoint.ToString()!))
        {
            using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(20) };
            for (int i = 1; i <= 20; i++)
            {
                using HttpResponseMessage answer = await http.PostAsync($"http://{attacked.Relay.Address}/", new StringContent("x"), Stop);
                Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
                Assert.DoesNotContain("hello", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
                Assert.Equal(i, accepted);
            }

            attacked.ExpectGrowthBelow(16);
            Assert.Contains("weft_bugs_total 0\n", await attacked.MetricsAsync(), StringComparison.Ordinal);
        }

        await over.CancelAsync();
        await serving;
    }

    /// <summary>Reads something, answers, and leaves the connection open: whoever wants to use it again can try.</summary>
    private static async Task ServeAsync(TcpListener listener, byte[] answer, Action accepted, CancellationToken stop)
    {
        List<Socket> open = [];
        byte[] request = new byte[16_384];
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptSocketAsync(stop);
                accepted();
                open.Add(socket);
                await socket.ReceiveAsync(request, stop);
                try
                {
                    await socket.SendAsync(answer, stop);
                }
                catch (SocketException)
                {
                    // The relay has read enough.
                }
            }
        }
        catch (OperationCanceledException)
        {
            open.ForEach(static socket => socket.Dispose());
        }
    }
}
