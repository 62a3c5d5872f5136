using System.Globalization;
using Weft.Proxy.Tests.Testing;
using Weft.Routing;
using Xunit;

namespace Weft.Proxy.Tests.Paths;

/// <summary>Requests through one proxy and through a pair, byte for byte.</summary>
public sealed class Http1RelayTests
{
    private const string Get = "GET /a?b=c HTTP/1.1\r\nHost: shop\r\nX-One: 1\r\n\r\n";
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Two: 2\r\n\r\nhello";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_request_and_its_answer_pass(bool pair)
    {
        RelayRig rig = new(pair);
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        string request = rig.Receive(origin);
        Assert.StartsWith("GET /a?b=c HTTP/1.1\r\nHost: shop\r\n", request, StringComparison.Ordinal);
        Assert.Contains("X-One: 1\r\n", request, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\n", request, StringComparison.Ordinal);
        rig.Send(origin, Answer);
        string response = rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", response, StringComparison.Ordinal);
        Assert.Contains("content-length: 5\r\n", response, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\nhello", response, StringComparison.Ordinal);
    }

    [Fact]
    public void Keep_alive_uses_one_connection_on_each_side()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        for (int i = 0; i < 5; i++)
        {
            Assert.NotEmpty(rig.Receive(origin));
            rig.Send(origin, Answer);
            Assert.EndsWith("hello", rig.Receive(client), StringComparison.Ordinal);
            rig.Send(client, Get);
        }

        Assert.Equal(1, rig.Origin.Dials);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pipelined_requests_are_answered_in_order(bool pair)
    {
        RelayRig rig = new(pair);
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get + Get.Replace("/a", "/z", StringComparison.Ordinal));
        MemoryTransport origin = rig.Origin.Accept();
        string first = rig.Receive(origin);
        Assert.Contains("/a?", first, StringComparison.Ordinal);
        Assert.DoesNotContain("/z?", first, StringComparison.Ordinal);
        rig.Send(origin, Answer);
        Assert.Contains("/z?", rig.Receive(origin), StringComparison.Ordinal);
        rig.Send(origin, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        string both = rig.Receive(client);
        Assert.True(both.IndexOf(" 200 ", StringComparison.Ordinal) < both.IndexOf(" 404 ", StringComparison.Ordinal));
        Assert.Contains("hello", both, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Chunked_bodies_and_trailers_pass_both_ways(bool pair)
    {
        RelayRig rig = new(pair);
        MemoryTransport client = rig.Connect();
        rig.Send(client, "POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n4\r\nab");
        MemoryTransport origin = rig.Origin.Accept();
        rig.Send(client, "cd\r\n0\r\nX-Sum: 7\r\n\r\n");
        string request = rig.Receive(origin);
        Assert.Contains("transfer-encoding: chunked", request, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("abcd", Unchunk(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..], out string trailers));
        Assert.Contains("x-sum: 7", trailers, StringComparison.OrdinalIgnoreCase);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\nX-End: 1\r\n\r\n");
        string response = rig.Receive(client);
        Assert.Equal("xyz", Unchunk(response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..], out trailers));
        Assert.Contains("x-end: 1", trailers, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_client_that_asks_gets_100_continue_before_it_sends_the_body(bool pair)
    {
        RelayRig rig = new(pair);
        MemoryTransport client = rig.Connect();
        rig.Send(client, "PUT / HTTP/1.1\r\nHost: shop\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        Assert.Contains("expect: 100-continue", rig.Receive(origin), StringComparison.OrdinalIgnoreCase);
        rig.Send(origin, "HTTP/1.1 100 Continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100 ", rig.Receive(client), StringComparison.Ordinal);
        rig.Send(client, "abc");
        Assert.Equal("abc", rig.Receive(origin));
        rig.Send(origin, Answer);
        Assert.StartsWith("HTTP/1.1 200 ", rig.Receive(client), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_large_body_flows_without_being_held(bool pair)
    {
        RelayRig rig = new(pair, capacity: 8 * 1024);
        const int Size = 1_000_000;
        MemoryTransport client = rig.Connect();
        rig.Send(client, $"POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: {Size.ToString(CultureInfo.InvariantCulture)}\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);

        // Nobody reads at the origin: what the proxies take from the client is bounded by their buffers.
        byte[] piece = new byte[4096];
        int sent = 0;
        for (int taken; sent < Size && (taken = client.TrySend(piece.AsSpan(0, Math.Min(piece.Length, Size - sent)))) > 0;)
        {
            sent += taken;
            rig.Settle();
        }

        Assert.InRange(sent, 8 * 1024, 600_000);
        long arrived = 0;
        while (arrived < Size)
        {
            arrived += rig.Receive(origin).Length;
            int taken = sent < Size ? client.TrySend(piece.AsSpan(0, Math.Min(piece.Length, Size - sent))) : 0;
            sent += Math.Max(taken, 0);
        }

        Assert.Equal(Size, arrived);
        rig.Send(origin, Answer);
        Assert.EndsWith("hello", rig.Receive(client), StringComparison.Ordinal);
        Assert.InRange(rig.Loop.Pool.RentedBytes, 0, 128 * 1024);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_upgrade_becomes_a_tunnel_with_half_close(bool pair)
    {
        RelayRig rig = new(pair);
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET /feed HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        string request = rig.Receive(origin);
        Assert.StartsWith("GET /feed HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("upgrade: websocket\r\n", request, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("connection: upgrade\r\n", request, StringComparison.OrdinalIgnoreCase);
        rig.Send(origin, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: a\r\n\r\nfirst");
        string response = rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 101 ", response, StringComparison.Ordinal);
        Assert.Contains("upgrade: websocket\r\n", response, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\nfirst", response, StringComparison.Ordinal);
        rig.Send(client, "ping");
        Assert.Equal("ping", rig.Receive(origin));
        client.ShutdownSend();
        rig.Settle();
        Assert.Empty(rig.Receive(origin));
        Assert.True(origin.HasEnded);
        rig.Send(origin, "last words");
        Assert.Equal("last words", rig.Receive(client));
        origin.ShutdownSend();
        rig.Settle();
        Assert.True(client.HasEnded);
        Assert.False(client.IsPeerReset);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_opaque_stream_passes_with_half_close(bool pair)
    {
        RelayRig rig = new(pair, opaque: true);
        MemoryTransport client = rig.Connect();
        MemoryTransport origin = rig.Origin.Accept();
        rig.Send(origin, "server first\n");
        Assert.Equal("server first\n", rig.Receive(client));
        rig.Send(client, "question");
        Assert.Equal("question", rig.Receive(origin));
        client.ShutdownSend();
        rig.Settle();
        Assert.Empty(rig.Receive(origin));
        Assert.True(origin.HasEnded);
        rig.Send(origin, "answer after half-close");
        origin.ShutdownSend();
        Assert.Equal("answer after half-close", rig.Receive(client));
        Assert.True(client.HasEnded);
        Assert.Equal(0, rig.Drain.Open);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reset_of_an_opaque_stream_is_passed_on(bool pair)
    {
        RelayRig rig = new(pair, opaque: true);
        MemoryTransport client = rig.Connect();
        MemoryTransport origin = rig.Origin.Accept();
        rig.Send(client, "x");
        origin.Abort();
        rig.Settle();
        Assert.True(client.IsPeerReset);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n", "400")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET / HTTP/3.0\r\nHost: a\r\n\r\n", "505")]
    public void A_hostile_request_is_refused_and_the_connection_closed(string request, string status)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, request);
        Assert.StartsWith("HTTP/1.1 " + status, rig.Receive(client), StringComparison.Ordinal);
        Assert.True(client.HasEnded);
        Assert.Equal(0, rig.Origin.Dials);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")]
    [InlineData("nonsense\r\n\r\n")]
    public void A_hostile_answer_is_a_502_and_the_connection_is_not_used_again(string answer)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, answer);
        Assert.StartsWith("HTTP/1.1 502 ", rig.Receive(client), StringComparison.Ordinal);
        rig.Send(client, Get);
        Assert.Equal(2, rig.Origin.Dials);
    }

    [Fact]
    public void An_answer_cut_short_breaks_the_clients_connection()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        origin.Close();
        rig.Settle();
        Assert.True(client.IsPeerReset);
    }

    [Fact]
    public void A_stale_pooled_connection_is_replaced_without_the_client_noticing()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, Answer);
        rig.Receive(client);

        // The origin closes only when the next request is already on its way.
        client.TrySend(System.Text.Encoding.ASCII.GetBytes(Get));
        rig.Loop.RunOnce();
        rig.Loop.RunOnce();
        origin.Abort();
        rig.Settle();
        MemoryTransport second = rig.Origin.Accept();
        Assert.NotEmpty(rig.Receive(second));
        rig.Send(second, Answer);
        Assert.EndsWith("hello", rig.Receive(client), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_connection_is_a_503()
    {
        RelayRig rig = new();
        rig.Origin.Refuses = EndReason.ConnectFailed;
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        Assert.StartsWith("HTTP/1.1 503 ", rig.Receive(client), StringComparison.Ordinal);
    }

    [Fact]
    public void An_idle_client_owns_no_buffer_and_is_closed_after_a_minute()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        Assert.Equal(0, rig.Loop.Pool.RentedBytes);
        rig.Advance(59_000);
        Assert.False(client.HasEnded);
        rig.Advance(2_000);
        Assert.True(client.HasEnded);
    }

    [Fact]
    public void A_slow_head_is_a_408()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET / HT");
        rig.Advance(10_100);
        Assert.StartsWith("HTTP/1.1 408 ", rig.Receive(client), StringComparison.Ordinal);
    }

    [Fact]
    public void Draining_answers_what_is_going_on_and_says_close()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Drain.Begin();
        rig.Settle();
        rig.Send(origin, Answer);
        string response = rig.Receive(client);
        Assert.Contains("connection: close", response, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("hello", response, StringComparison.Ordinal);
        Assert.True(client.HasEnded);
    }

    [Fact]
    public void A_tunnel_asked_to_drain_under_way_is_over_a_moment_after_its_last_answer()
    {
        RelayRig rig = new(pair: true);
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Tunnels[0].Drain();
        rig.Settle();
        rig.Send(origin, Answer);
        Assert.EndsWith("hello", rig.Receive(client), StringComparison.Ordinal);
        Assert.False(rig.Tunnels[0].HasEnded);
        rig.Advance(1_100);
        Assert.True(rig.Tunnels[0].HasEnded);
    }

    /// <summary>The obvious reader of chunks, for whole bodies.</summary>
    private static string Unchunk(string body, out string trailers)
    {
        string data = "";
        while (true)
        {
            int line = body.IndexOf("\r\n", StringComparison.Ordinal);
            int size = int.Parse(body[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body = body[(line + 2)..];
            if (size == 0)
            {
                trailers = body;
                return data;
            }

            data += body[..size];
            Assert.Equal("\r\n", body.Substring(size, 2));
            body = body[(size + 2)..];
        }
    }
}
