using Weft.Proxy.Tests.Testing;
using Weft.Wire.Http2;
using Xunit;

namespace Weft.Proxy.Tests.Strict;

/// <summary>What HTTP/2 can carry and HTTP/1.1 must not see: requests that would become two on their way to an HTTP/1.1 upstream, and answers likewise.</summary>
public sealed class Http2SmugglingTests
{
    private const string Good = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";

    public static TheoryData<string, string, string> HostileFields => new()
    {
        { "CRLF in a value", "x", "a\r\nTransfer-Encoding: chunked" },
        { "CR in a value", "x", "a\rb" },
        { "LF in a value", "x", "a\nb" },
        { "NUL in a value", "x", "a\0b" },
        { "blank before a value", "x", " a" },
        { "tab behind a value", "x", "a\t" },
        { "CRLF in a name", "x\r\ny", "a" },
        { "colon in a name", "x: y", "a" },
        { "blank in a name", "transfer-encoding ", "chunked" },
        { "capitals in a name", "Transfer-Encoding", "chunked" },
        { "empty name", "", "a" },
        { "transfer-encoding", "transfer-encoding", "chunked" },
        { "connection", "connection", "close" },
        { "keep-alive", "keep-alive", "5" },
        { "proxy-connection", "proxy-connection", "close" },
        { "upgrade", "upgrade", "h2c" },
        { "te other than trailers", "te", "gzip" },
        { "content-length with plus", "content-length", "+5" },
        { "content-length list", "content-length", "5, 5" },
        { "content-length empty", "content-length", "" },
        { "host that disagrees", "host", "other" },
        { "host with a path", "host", "shop/a" },
        { "pseudo field behind fields", ":path", "/admin" },
        { "unknown pseudo field", ":admin", "1" },
        { "status in a request", ":status", "200" },
    };

    public static TheoryData<string, string[]> HostilePseudoFields => new()
    {
        { "path with a blank", [":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/ HTTP/1.1"] },
        { "path with CRLF", [":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/ HTTP/1.1\r\nHost: a\r\n\r\nGET /admin"] },
        { "path with a tab", [":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/\ta"] },
        { "path with a fragment", [":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/#a"] },
        { "path without slash", [":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "admin"] },
        { "path absolute", [":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "http://other/"] },
        { "path empty", [":method", "GET", ":scheme", "http", ":authority", "shop", ":path", ""] },
        { "path twice", [":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/a", ":path", "/b"] },
        { "no path", [":method", "GET", ":scheme", "http", ":authority", "shop"] },
        { "no method", [":scheme", "http", ":authority", "shop", ":path", "/"] },
        { "no scheme", [":method", "GET", ":authority", "shop", ":path", "/"] },
        { "method with a blank", [":method", "GET /admin HTTP/1.1\r\nX:", ":scheme", "http", ":authority", "shop", ":path", "/"] },
        { "method empty", [":method", "", ":scheme", "http", ":authority", "shop", ":path", "/"] },
        { "method twice", [":method", "GET", ":method", "POST", ":scheme", "http", ":authority", "shop", ":path", "/"] },
        { "scheme with a path", [":method", "GET", ":scheme", "http://evil/", ":authority", "shop", ":path", "/"] },
        { "authority with CRLF", [":method", "GET", ":scheme", "http", ":authority", "shop\r\nX: y", ":path", "/"] },
        { "authority with a user", [":method", "GET", ":scheme", "http", ":authority", "a@shop", ":path", "/"] },
        { "authority with a path", [":method", "GET", ":scheme", "http", ":authority", "shop/a", ":path", "/"] },
        { "authority twice", [":method", "GET", ":scheme", "http", ":authority", "shop", ":authority", "other", ":path", "/"] },
        { "CONNECT with a path", [":method", "CONNECT", ":authority", "shop:80", ":path", "/"] },
        { "protocol without CONNECT", [":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/", ":protocol", "websocket"] },
        { "length twice", [":method", "POST", ":scheme", "http", ":authority", "shop", ":path", "/", "content-length", "5", "content-length", "5"] },
    };

    [Theory]
    [MemberData(nameof(HostileFields))]
    public void A_hostile_field_is_a_reset_of_its_stream(string what, string name, string value)
        => CheckRefused(what, RawHttp2.Request("POST", "/", (name, value)));

    [Theory]
    [MemberData(nameof(HostilePseudoFields))]
    public void Hostile_pseudo_fields_are_a_reset_of_their_stream(string what, string[] fields)
        => CheckRefused(what, [.. fields.Chunk(2).Select(static pair => (pair[0], pair[1]))]);

    [Theory]
    [InlineData("5", new[] { "hel" }, false)]
    [InlineData("5", new[] { "hel", "lo!" }, false)]
    [InlineData("5", new[] { "hel" }, true)]
    [InlineData("0", new[] { "GET /admin HTTP/1.1\r\nHost: shop\r\n\r\n" }, false)]
    public void A_body_that_is_not_as_long_as_it_says_never_ends_upstream(string length, string[] data, bool withTrailers)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, RawHttp2.Request("POST", "/", ("content-length", length)), ends: false);
        MemoryTransport origin = rig.Origin.Accept();
        for (int i = 0; i < data.Length; i++)
        {
            client.Data(1, data[i], ends: i == data.Length - 1 && !withTrailers);
        }

        if (withTrailers)
        {
            client.Headers(1, [("x", "y")]);
        }

        Assert.Equal("RST/1:ProtocolError", client.Seen());
        Assert.True(origin.IsPeerReset || origin.HasEnded);
        Assert.DoesNotContain("/admin", rig.Receive(origin), StringComparison.Ordinal);
        Assert.Equal("DOWNSTREAM_PROTOCOL_ERROR=1", rig.Refused());
        CheckNext(rig, client, 3);
    }

    [Fact]
    public void A_length_without_a_body_never_reaches_the_upstream_as_a_whole_request()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, RawHttp2.Request("POST", "/", ("content-length", "40")), ends: true);
        Assert.Equal("RST/1:ProtocolError", client.Seen());
        CheckNext(rig, client, 3);
    }

    [Theory]
    [InlineData("content-length", "5")]
    [InlineData("host", "other")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData(":path", "/admin")]
    [InlineData("x", "a\r\nb")]
    public void Hostile_trailers_are_a_reset(string name, string value)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, RawHttp2.Request("POST", "/"), ends: false);
        MemoryTransport origin = rig.Origin.Accept();
        client.Data(1, "hello", ends: false);
        client.Headers(1, [(name, value)]);
        Assert.Equal("RST/1:ProtocolError", client.Seen());
        Assert.DoesNotContain("\r\n0\r\n", rig.Receive(origin), StringComparison.Ordinal);
        Assert.True(origin.IsPeerReset || origin.HasEnded);
    }

    [Fact]
    public void A_cookie_in_crumbs_is_one_field_upstream()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, RawHttp2.Request("GET", "/", ("cookie", "a=1"), ("cookie", "b=2")));
        Assert.Contains("cookie: a=1; b=2\r\n", rig.Receive(rig.Origin.Accept()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5", "hel", true)]
    [InlineData("5", "hello!", true)]
    [InlineData("5", "", false)]
    public void An_answer_that_is_not_as_long_as_it_says_breaks_off_visibly(string length, string data, bool hasData)
    {
        RelayRig rig = new(http2Origin: true);
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET /a HTTP/1.1\r\nHost: shop\r\n\r\n");
        RawHttp2 origin = new(rig, rig.Origin.Accept(), isServer: true);
        Assert.Contains("HEADERS/1", origin.Seen(), StringComparison.Ordinal);
        origin.Headers(1, [(":status", "200"), ("content-length", length)], ends: !hasData);
        if (hasData)
        {
            origin.Data(1, data, ends: true);
        }

        string received = rig.Receive(client);
        Assert.True(client.IsPeerReset || received.StartsWith("HTTP/1.1 502 ", StringComparison.Ordinal), received);
        Assert.Equal("UPSTREAM_PROTOCOL_ERROR=1", rig.Refused());
    }

    [Theory]
    [InlineData(":status", "200", "x", "a\r\nSet-Cookie: evil=1")]
    [InlineData(":status", "200", "transfer-encoding", "chunked")]
    [InlineData(":status", "200", "connection", "close")]
    [InlineData(":status", "2000", "x", "y")]
    [InlineData(":status", "101", "x", "y")]
    [InlineData(":path", "/", "x", "y")]
    [InlineData("x", "y", "z", "a")]
    public void A_hostile_head_of_an_http2_upstream_is_a_502(string name, string value, string other, string otherValue)
    {
        RelayRig rig = new(http2Origin: true);
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET /a HTTP/1.1\r\nHost: shop\r\n\r\n");
        RawHttp2 origin = new(rig, rig.Origin.Accept(), isServer: true);
        origin.Seen();
        origin.Headers(1, [(name, value), (other, otherValue)], ends: true);
        string received = rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 502 ", received, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", received, StringComparison.Ordinal);
        Assert.Equal("UPSTREAM_PROTOCOL_ERROR=1", rig.Refused());
    }

    private static void CheckRefused(string what, (string Name, string Value)[] fields)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, fields);
        string seen = client.Seen();
        Assert.True(seen == "RST/1:ProtocolError", $"{what}: {seen}");
        Assert.True(rig.Origin.Dials == 0, $"{what}: the upstream was dialled");
        Assert.Equal("DOWNSTREAM_PROTOCOL_ERROR=1", rig.Refused());
        CheckNext(rig, client, 3);
    }

    /// <summary>The connection is sound: the next request on it is served on a fresh upstream connection.</summary>
    private static void CheckNext(RelayRig rig, RawHttp2 client, int stream)
    {
        int dials = rig.Origin.Dials;
        client.Headers(stream, RawHttp2.Get("/next"));
        Assert.Equal(dials + 1, rig.Origin.Dials);
        MemoryTransport origin = rig.Origin.Accept();
        while (!rig.Receive(origin).StartsWith("GET /next HTTP/1.1\r\n", StringComparison.Ordinal))
        {
            origin = rig.Origin.Accept();
        }

        rig.Send(origin, Good);
        Assert.Equal($"HEADERS/{stream} DATA/{stream}", client.Seen());
    }
}
