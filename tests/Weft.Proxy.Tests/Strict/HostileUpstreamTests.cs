using Weft.Proxy.Tests.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Strict;

/// <summary>Answers that two parsers could read in two ways, from hostile upstreams: 502, and the connection is never used again.</summary>
public sealed class HostileUpstreamTests
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: shop\r\n\r\n";
    private const string Good = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";

    public static TheoryData<string, string> HostileHeads => new()
    {
        { "two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab" },
        { "two equal lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab" },
        { "a list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nab" },
        { "length with plus", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nab" },
        { "length and coding", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nab" },
        { "coding twice", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "coding with a control byte", "HTTP/1.1 200 OK\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n" },
        { "coding in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n" },
        { "bare LF in a field", "HTTP/1.1 200 OK\r\nX: a\nSet-Cookie: evil=1\r\nContent-Length: 0\r\n\r\n" },
        { "bare CR in a field", "HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: evil=1\r\nContent-Length: 0\r\n\r\n" },
        { "NUL in a field", "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n" },
        { "fold", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n" },
        { "blank before colon", "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n" },
        { "name that is no token", "HTTP/1.1 200 OK\r\nX(a): b\r\nContent-Length: 0\r\n\r\n" },
        { "status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n" },
        { "status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n" },
        { "status of 600", "HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n" },
        { "status of 099", "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n" },
        { "control byte in the reason", "HTTP/1.1 200 O\u0001K\r\nContent-Length: 0\r\n\r\n" },
        { "another protocol", "ICY 200 OK\r\n\r\n" },
        { "HTTP/2.0", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n" },
        { "nonsense", "220 smtp.example ESMTP\r\n" },
        { "204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello" },
        { "204 with a coding", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "100 with a length", "HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhello" + Good },
        { "101 without upgrade", "HTTP/1.1 101 Switching Protocols\r\n\r\n" },
        { "connection drops the length", "HTTP/1.1 200 OK\r\nConnection: content-length\r\nContent-Length: 5\r\n\r\nhello" },
        { "a line without end", new string('H', 9 * 1024) },
        { "too many fields", "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("a: b\r\n", 101)) + "\r\n" },
        { "too large fields", "HTTP/1.1 200 OK\r\na: " + new string('b', 33 * 1024) + "\r\n\r\n" },
    };

    public static TheoryData<string, string> HostileBodies => new()
    {
        { "bad size", "xyz\r\nhello\r\n0\r\n\r\n" },
        { "size with LF", "5\nhello\r\n0\r\n\r\n" },
        { "data too long", "5\r\nhelloX\r\n0\r\n\r\n" },
        { "extension with LF", "5;a\nhello\r\n0\r\n\r\n" },
        { "trailer with length", "5\r\nhello\r\n0\r\nContent-Length: 0\r\n\r\n" },
        { "trailer fold", "5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n" },
        { "bare LF in trailers", "5\r\nhello\r\n0\r\nX: a\nSet-Cookie: b\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(HostileHeads))]
    public void A_hostile_head_is_a_502_and_the_connection_is_closed(string name, string answer)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, answer);
        string received = rig.Receive(client);
        Assert.True(received.StartsWith("HTTP/1.1 502 ", StringComparison.Ordinal), $"{name}: {received}");
        Assert.DoesNotContain("evil", received, StringComparison.Ordinal);
        Assert.Equal("UPSTREAM_PROTOCOL_ERROR=1", rig.Refused());
        Assert.True(origin.HasEnded || origin.IsPeerReset, name);
        CheckNext(rig, client);
    }

    [Theory]
    [MemberData(nameof(HostileBodies))]
    public void A_hostile_chunked_answer_breaks_off_visibly(string name, string body)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        string head = rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
        rig.Send(origin, body);
        Assert.DoesNotContain("\r\n0\r\n", rig.Receive(client), StringComparison.Ordinal);
        Assert.True(client.IsPeerReset, name);
        Assert.True(origin.HasEnded || origin.IsPeerReset, name);
        Assert.Equal("UPSTREAM_PROTOCOL_ERROR=1", rig.Refused());
    }

    [Theory]
    [InlineData("Content-Length: 4\r\n\r\ngood", "evil")]
    [InlineData("Content-Length: 4\r\n\r\ngood", Good)]
    [InlineData("Content-Length: 0\r\n\r\n", Good)]
    public void Bytes_behind_an_answer_are_nobodys_answer(string rest, string more)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, "HTTP/1.1 200 OK\r\n" + rest + more);
        string received = rig.Receive(client);
        Assert.Equal(1, (received.Length - received.Replace("HTTP/1.1", "", StringComparison.Ordinal).Length) / 8);
        Assert.DoesNotContain("evil", received, StringComparison.Ordinal);
        Assert.True(origin.HasEnded || origin.IsPeerReset);
        CheckNext(rig, client);
    }

    [Fact]
    public void An_answer_that_comes_before_its_request_is_nobodys_answer()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, Good);
        rig.Receive(client);

        // While the connection rests: it is closed.
        origin.TrySend("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"u8);
        rig.Settle();
        Assert.True(origin.HasEnded);
        CheckNext(rig, client);
    }

    [Fact]
    public void An_answer_that_races_with_the_next_request_is_not_taken_for_its_answer()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, Good);
        rig.Receive(client);

        // The request wakes first; when the connection is taken, the early answer is there and the request is not sent yet.
        client.TrySend(System.Text.Encoding.ASCII.GetBytes(Get));
        origin.TrySend("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"u8);
        rig.Settle();
        Assert.Empty(rig.Receive(client));
        MemoryTransport second = rig.Origin.Accept();
        Assert.StartsWith("GET /a", rig.Receive(second), StringComparison.Ordinal);
        rig.Send(second, Good);
        Assert.EndsWith("good", rig.Receive(client), StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_interim_answers_are_a_502()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        string interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        origin.TrySend(System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(interim, 2_000))));
        rig.Settle();
        string received = rig.Receive(client);
        Assert.Equal(16, (received.Length - received.Replace("HTTP/1.1 103", "", StringComparison.Ordinal).Length) / 12);
        Assert.Contains("HTTP/1.1 502 ", received, StringComparison.Ordinal);
        Assert.Equal("UPSTREAM_PROTOCOL_ERROR=1", rig.Refused());
    }

    [Fact]
    public void A_body_shorter_than_its_length_breaks_off_visibly()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        origin.Close();
        rig.Settle();
        Assert.True(client.IsPeerReset);
    }

    /// <summary>The client's next request goes to a fresh connection and gets its own answer.</summary>
    private static void CheckNext(RelayRig rig, MemoryTransport client)
    {
        int dials = rig.Origin.Dials;
        rig.Send(client, Get);
        Assert.Equal(dials + 1, rig.Origin.Dials);
        MemoryTransport fresh = rig.Origin.Accept();
        Assert.StartsWith("GET /a", rig.Receive(fresh), StringComparison.Ordinal);
        rig.Send(fresh, Good);
        Assert.EndsWith("good", rig.Receive(client), StringComparison.Ordinal);
    }
}
