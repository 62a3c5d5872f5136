using System.Net;
using System.Net.Sockets;
using System.Text;
using Weft.Testing;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>
/// The corpus of requests on which parsers disagree, sent through the built relay to other people's servers, and from other people's proxies to it: what it lets
/// through must mean the same to everybody, and what it refuses must reach nobody.
/// </summary>
public sealed class DifferentialTests
{
    /// <summary>Legal requests that a server refuses by itself, with 400; what it accepts it must understand as all others do.</summary>
    private static readonly HashSet<string> RefusedByServers = ["Kestrel, value of Latin-1", "nginx, Kestrel, value of Latin-1"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_forwarded_means_the_same_to_every_server()
    {
        List<string> disagreements = [];
        foreach (Func<Task<Recorder>> start in Recorder.All)
        {
            await using Recorder server = await start();
            await using Relay relay = await StartRelayAsync(server.Address);
            foreach (RequestCase sent in RequestCorpus.Forwarded)
            {
                string answer = await ExchangeAsync(relay.Address, sent.Bytes, sent.Expected.Count);
                List<string> seen = await server.TakeAsync(answer.AsSpan().Count("HTTP/1.1 200 "));
                bool isRefused = seen.Count == 0 && answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal) && RefusedByServers.Contains($"{server.Name}, {sent.Name}");
                if (!isRefused && (!seen.SequenceEqual(sent.Expected) || answer.AsSpan().Count("HTTP/1.1 200 ") != sent.Expected.Count))
                {
                    disagreements.Add($"{server.Name}, {sent.Name}: understood [{RequestCorpus.Escape(string.Join(" | ", seen))}], answer [{RequestCorpus.Escape(answer)}]");
                }
            }
        }

        Assert.True(disagreements.Count == 0, string.Join("\n", disagreements));
    }

    [Fact]
    public async Task What_is_refused_reaches_no_server()
    {
        foreach (Func<Task<Recorder>> start in Recorder.All)
        {
            await using Recorder server = await start();
            await using Relay relay = await StartRelayAsync(server.Address);
            foreach (RequestCase sent in RequestCorpus.Refused)
            {
                string answer = await ExchangeAsync(relay.Address, sent.Bytes + RequestCase.Hidden, int.MaxValue);
                Assert.True(answer.AsSpan().Count("HTTP/1.1 ") == 1 && (answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 505 ", StringComparison.Ordinal)), $"{sent.Name}: {answer}");
            }

            foreach (RequestCase sent in RequestCorpus.RefusedChunks)
            {
                string answer = await ExchangeAsync(relay.Address, RequestCorpus.ChunkedHead + sent.Bytes + RequestCase.Hidden, int.MaxValue);
                Assert.True(answer.AsSpan().Count("HTTP/1.1 ") <= 1 && !answer.StartsWith("HTTP/1.1 2", StringComparison.Ordinal), $"{sent.Name}: {answer}");
            }

            // Whatever had got through would be before this one, or beside it.
            Assert.EndsWith("ok", await ExchangeAsync(relay.Address, "GET /last HTTP/1.1\r\nHost: shop\r\n\r\n", 1), StringComparison.Ordinal);
            Assert.Equal(["GET /last"], await server.TakeAsync(1));
        }
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("HAProxy")]
    public async Task Behind_another_proxy_no_request_appears_that_this_proxy_did_not_send(string front)
    {
        await using Recorder server = await Recorder.StartScriptAsync(front, "recorder.js");
        await using Relay relay = await StartRelayAsync(server.Address);

        // Both are told to send each request on a connection of its own: so many connections, so many requests.
        await using CuttableLink between = new();
        between.LeadTo(relay.Port);
        server.Address = between.Address;
        await (front == "nginx" ? server.BehindNginxAsync() : server.BehindHaproxyAsync());
        int number = 0;
        int all = 0;
        foreach (string bytes in RequestCorpus.Refused.Concat(RequestCorpus.Forwarded).Select(static item => item.Bytes)
            .Concat(RequestCorpus.RefusedChunks.Select(static item => RequestCorpus.ChunkedHead + item.Bytes)))
        {
            await ExchangeAsync(server.Address, bytes + RequestCase.Hidden, int.MaxValue);
            int sent = between.TakeCount();
            all += sent;

            // Whatever is hidden in what was sent comes before this one.
            string last = $"GET /case/{++number}";
            Assert.EndsWith("ok", await ExchangeAsync(server.Address, $"{last} HTTP/1.1\r\nHost: shop\r\n\r\n", 1), StringComparison.Ordinal);
            Assert.Equal(1, between.TakeCount());
            List<string> seen = await server.TakeAsync(last);
            Assert.True(seen.Count <= sent, $"{RequestCorpus.Escape(bytes)}: {front} sent {sent} requests, and the server saw {seen.Count}: {string.Join(" | ", seen)}");
        }

        Assert.True(all > 2 * RequestCorpus.Forwarded.Count - 10, $"only {all} requests came through {front}");
    }

    /// <summary>A relay that takes everything for HTTP: one that is to find out the protocol passes bytes that do not begin like a request as TCP.</summary>
    private static Task<Relay> StartRelayAsync(string server) => Relay.StartAsync("--listen-protocol", "http1", "--to", server);

    /// <summary>Sends bytes and reads until so many answers are there, or the other side ends.</summary>
    private static async Task<string> ExchangeAsync(string address, string bytes, int answers)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        late.CancelAfter(TimeSpan.FromSeconds(30));
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(address), late.Token);
        StringBuilder received = new();
        byte[] buffer = new byte[16 * 1024];
        try
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(bytes), late.Token);
            while (Answers(received.ToString()) < answers)
            {
                int count = await socket.ReceiveAsync(buffer, late.Token);
                if (count == 0)
                {
                    break;
                }

                received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // Broken off: what came before counts.
        }

        return received.ToString();
    }

    private static int Answers(ReadOnlySpan<char> received) => received.Count("\r\n\r\nok") + received.Count("HTTP/1.1 4") + received.Count("HTTP/1.1 5");
}
