using System.Globalization;
using Weft.Proxy.Tests.Testing;
using Weft.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Strict;

/// <summary>The rows of docs/reference/limits.md that an HTTP/1 client can meet, each from both sides of its bound.</summary>
public sealed class Http1LimitTests
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    [Theory]
    [Limit("Request line; `:path` in HTTP/2")]
    [InlineData(8 * 1024, "200", "")]
    [InlineData((8 * 1024) + 1, "414", "HEAD_TOO_LARGE=1")]
    public void The_request_line_is_bounded(int length, string status, string refused)
    {
        string path = "/" + new string('a', length - "GET / HTTP/1.1".Length);
        Check($"GET {path} HTTP/1.1\r\nHost: shop\r\n\r\n", status, refused);
    }

    [Theory]
    [Limit("Fields")]
    [InlineData(100, "200", "")]
    [InlineData(101, "431", "HEAD_TOO_LARGE=1")]
    public void The_number_of_fields_is_bounded(int fields, string status, string refused)
    {
        string more = string.Concat(Enumerable.Range(1, fields - 1).Select(i => $"x-{i.ToString(CultureInfo.InvariantCulture)}: y\r\n"));
        Check($"GET / HTTP/1.1\r\nHost: shop\r\n{more}\r\n", status, refused);
    }

    [Theory]
    [Limit("Bytes of the fields; HTTP/2 counts name + value + 32 each, cookie crumbs included")]
    [InlineData(32 * 1024, "200", "")]
    [InlineData((32 * 1024) + 1, "431", "HEAD_TOO_LARGE=1")]
    public void The_size_of_the_fields_is_bounded(int size, string status, string refused)
    {
        string value = new('a', size - "Host: shop\r\nx: \r\n".Length);
        Check($"GET / HTTP/1.1\r\nHost: shop\r\nx: {value}\r\n\r\n", status, refused);
    }

    [Theory]
    [Limit("Trailers")]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void The_number_of_trailers_is_bounded(int fields, bool passes)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        rig.Send(client, string.Concat(Enumerable.Range(1, fields).Select(i => $"x-{i.ToString(CultureInfo.InvariantCulture)}: y\r\n")) + "\r\n");
        Assert.Equal(passes, rig.Receive(origin).Contains("x-32: y", StringComparison.Ordinal));
        Assert.Equal(!passes, origin.IsPeerReset);
        Assert.Equal(passes ? "" : "DOWNSTREAM_PROTOCOL_ERROR=1", rig.Refused());
    }

    [Theory]
    [Limit("Trailers")]
    [InlineData(8 * 1024, true)]
    [InlineData((8 * 1024) + 1, false)]
    public void The_size_of_the_trailers_is_bounded(int size, bool passes)
    {
        string trailer = "x: " + new string('a', size - "x: \r\n".Length) + "\r\n";
        CheckChunked("1\r\na\r\n0\r\n" + trailer + "\r\n", passes);
    }

    [Theory]
    [Limit("Chunk extensions")]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void The_size_of_a_chunk_extension_is_bounded(int size, bool passes)
        => CheckChunked("1;" + new string('e', size) + "\r\na\r\n0\r\n\r\n", passes);

    [Theory]
    [Limit("Interim answers (1xx) of an upstream to one request")]
    [InlineData(16, "200", "")]
    [InlineData(17, "502", "UPSTREAM_PROTOCOL_ERROR=1")]
    public void The_number_of_interim_answers_is_bounded(int interim, string status, string refused)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", interim)) + Answer);
        Assert.Contains("HTTP/1.1 " + status, rig.Receive(client), StringComparison.Ordinal);
        Assert.Equal(refused, rig.Refused());
    }

    [Fact]
    [Limit("Idle client connection")]
    public void An_idle_connection_is_closed_after_a_minute()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, Answer);
        rig.Receive(client);
        rig.Advance(59_000);
        Assert.False(client.HasEnded);
        rig.Advance(1_200);
        Assert.True(client.HasEnded);
        Assert.Empty(rig.Refused());
    }

    [Fact]
    [Limit("From the first byte of a head to its last")]
    public void A_head_must_be_whole_after_ten_seconds()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET / HT");
        for (int second = 0; second < 9; second++)
        {
            rig.Advance(1_000);
            rig.Send(client, "T");
        }

        Assert.Empty(rig.Receive(client));
        rig.Advance(1_100);
        string answer = rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("connection: close", answer, StringComparison.OrdinalIgnoreCase);
        Assert.True(client.HasEnded);
        Assert.Equal("HEAD_TIMEOUT=1", rig.Refused());
    }

    [Fact]
    [Limit("Body of a request, until the answer begins")]
    public void A_body_slower_than_240_bytes_a_second_is_a_408()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 100000\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        for (int second = 0; second < 20 && !client.HasEnded; second++)
        {
            rig.Send(client, new string('a', 200));
            rig.Advance(1_000);
        }

        Assert.StartsWith("HTTP/1.1 408 ", rig.Receive(client), StringComparison.Ordinal);
        Assert.True(client.HasEnded);
        Assert.True(origin.IsPeerReset);
        Assert.Equal("BODY_TOO_SLOW=1", rig.Refused());
    }

    [Fact]
    [Limit("Body of a request, until the answer begins")]
    public void A_body_at_the_least_rate_passes()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 15000\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        for (int second = 0; second < 60; second++)
        {
            rig.Send(client, new string('a', 250));
            rig.Advance(1_000);
        }

        rig.Receive(origin);
        rig.Send(origin, Answer);
        Assert.EndsWith("hello", rig.Receive(client), StringComparison.Ordinal);
        Assert.Empty(rig.Refused());
    }

    [Fact]
    [Limit("Body of a request, until the answer begins")]
    public void A_fast_start_does_not_buy_more_than_a_minute_of_silence()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 100000\r\n\r\n" + new string('a', 90_000));
        rig.Receive(rig.Origin.Accept());
        rig.Advance(59_000);
        Assert.Empty(rig.Receive(client));
        rig.Advance(2_000);
        Assert.StartsWith("HTTP/1.1 408 ", rig.Receive(client), StringComparison.Ordinal);
    }

    [Fact]
    [Limit("Body of a request, until the answer begins")]
    public void Time_in_which_the_origin_does_not_read_is_not_held_against_the_client()
    {
        RelayRig rig = new(capacity: 8 * 1024);
        MemoryTransport client = rig.Connect();
        rig.Send(client, "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 8000000\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        byte[] piece = new byte[4096];
        while (client.TrySend(piece) > 0)
        {
            rig.Settle();
        }

        rig.Advance(600_000);
        Assert.Empty(rig.Receive(client));
        Assert.False(client.IsPeerReset);
        Assert.NotEmpty(rig.Receive(origin));
    }

    [Fact]
    [Limit("Body of an answer that the client does not take")]
    public void An_answer_that_nobody_reads_for_a_minute_is_given_up()
    {
        RelayRig rig = new(capacity: 8 * 1024);
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        byte[] piece = new byte[4096];
        while (origin.TrySend(piece) > 0)
        {
            rig.Settle();
        }

        rig.Advance(59_000);
        Assert.False(client.IsPeerReset);
        rig.Advance(2_000);
        Assert.True(client.IsPeerReset);
        Assert.Equal("IDLE_TIMEOUT=1", rig.Refused());
        Assert.Equal(0, rig.Loop.Pool.RentedBytes);
    }

    [Fact]
    public void An_upgraded_stream_may_rest_for_hours()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET /feed HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        rig.Send(origin, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        rig.Receive(client);
        rig.Advance(7_200_000);
        rig.Send(client, "still here");
        Assert.EndsWith("still here", rig.Receive(origin), StringComparison.Ordinal);
    }

    [Fact]
    [Limit("Idle upstream HTTP/1.1 connection")]
    public void A_pooled_connection_is_closed_before_a_common_server_closes_it()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, Answer);
        rig.Advance(3_900);
        Assert.False(origin.HasEnded);
        rig.Advance(200);
        Assert.True(origin.HasEnded);
    }

    [Fact]
    [Limit("Age of a client connection")]
    public void An_old_connection_ends_with_its_next_answer()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        string last = "";
        int minutes = 0;
        for (; minutes < 75 && !client.HasEnded; minutes++)
        {
            rig.Send(client, "GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
            MemoryTransport origin = rig.Origin.Accept();
            rig.Receive(origin);
            rig.Send(origin, Answer);
            last = rig.Receive(client);
            rig.Advance(59_000);
        }

        // An hour and a tenth are 67.1 rounds of 59 s; the connection ends with the answer of the round after.
        Assert.InRange(minutes, 54, 69);
        Assert.Contains("connection: close", last, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(rig.Refused());
    }

    [Fact]
    [Limit("Buffer of a connection, each direction")]
    public void Whoever_asks_without_reading_answers_is_not_asked_for_more()
    {
        RelayRig rig = new(capacity: 4 * 1024);
        MemoryTransport client = rig.Connect();
        string field = new('b', 3_000);
        List<MemoryTransport> origins = [];
        rig.Origin.OnAccept = origins.Add;
        byte[] request = "HEAD / HTTP/1.1\r\nHost: shop\r\n\r\n"u8.ToArray();
        int answered = 0;
        byte[] buffer = new byte[4096];
        for (int i = 0; i < 400; i++)
        {
            _ = client.TrySend(request);
            rig.Settle();
            foreach (MemoryTransport origin in origins)
            {
                if (origin.TryReceive(buffer) > 0)
                {
                    answered++;
                    rig.Send(origin, $"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nx: {field}\r\n\r\n");
                }
            }
        }

        Assert.InRange(answered, 10, 40);
        Assert.InRange(rig.Loop.Pool.RentedBytes, 0, 400 * 1024);
        int read = 0;
        while (rig.Receive(client).Length is > 0 and int got)
        {
            read += got;
        }

        Assert.True(read > answered * 3_000);
        Assert.Empty(rig.Refused());
    }

    private static void CheckChunked(string body, bool passes)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        rig.Send(client, body);
        Assert.Equal(passes, rig.Receive(origin).Contains("\r\n0\r\n", StringComparison.Ordinal));
        Assert.Equal(!passes, origin.IsPeerReset);
        Assert.Equal(passes ? "" : "DOWNSTREAM_PROTOCOL_ERROR=1", rig.Refused());
    }

    private static void Check(string request, string status, string refused)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, request);
        if (status == "200")
        {
            MemoryTransport origin = rig.Origin.Accept();
            Assert.StartsWith("GET /", rig.Receive(origin), StringComparison.Ordinal);
            rig.Send(origin, Answer);
        }

        string answer = rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 " + status, answer, StringComparison.Ordinal);
        Assert.Equal(refused, rig.Refused());
        Assert.Equal(status != "200", client.HasEnded);
        Assert.Equal(status == "200" ? 1 : 0, rig.Origin.Dials);
    }
}
