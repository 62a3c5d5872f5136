using Weft.Primitives.Http;
using Weft.Wire.Http1;
using Xunit;

namespace Weft.Wire.Tests.Http1;

public sealed class Http1HeadReaderTests
{
    [Fact]
    public void A_request_is_read_with_all_its_parts()
    {
        MessageHead head = Request("GET /a/b?c=d HTTP/1.1\r\nHost: cart:8080\r\nAccept:  text/html \r\nX-Empty:\r\n\r\nrest", out int consumed);
        Assert.Equal("GET", Text.Of(head, head.Method));
        Assert.Equal("/a/b?c=d", Text.Of(head, head.Path));
        Assert.Equal("cart:8080", Text.Of(head, head.Authority));
        Assert.Equal(HttpVersion.Http11, head.Version);
        Assert.Equal("Host: cart:8080|Accept: text/html|X-Empty: ", Text.Fields(head));
        Assert.Equal(BodyFraming.None, head.Framing);
        Assert.True(head.KeepAlive);
        Assert.Equal("rest".Length, Text.Bytes("GET /a/b?c=d HTTP/1.1\r\nHost: cart:8080\r\nAccept:  text/html \r\nX-Empty:\r\n\r\nrest").Length - consumed);
    }

    [Fact]
    public void Fields_of_the_hop_and_nominated_ones_are_marked_removed()
    {
        MessageHead head = Request(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Mine ,te\r\nX-MINE: 1\r\nTE: trailers\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\nB: 2\r\n\r\n");
        Assert.Equal("Host: a|TE: trailers|B: 2", Text.Fields(head));
        Assert.Equal(7, head.FieldCount);
        Assert.False(head.KeepAlive);
    }

    [Fact]
    public void Te_is_kept_only_as_trailers()
        => Assert.Equal("Host: a", Text.Fields(Request("GET / HTTP/1.1\r\nHost: a\r\nTE: deflate, trailers\r\n\r\n")));

    [Theory]
    [InlineData("HTTP/1.1", "", true)]
    [InlineData("HTTP/1.1", "Connection: Close\r\n", false)]
    [InlineData("HTTP/1.0", "", false)]
    [InlineData("HTTP/1.0", "Connection: keep-alive\r\n", true)]
    [InlineData("HTTP/1.0", "Connection: keep-alive, close\r\n", false)]
    [InlineData("HTTP/1.1", "Connection: ,, ,\r\n", true)]
    public void Keep_alive_follows_version_and_connection(string version, string field, bool expected)
        => Assert.Equal(expected, Request($"GET / {version}\r\nHost: a\r\n{field}\r\n").KeepAlive);

    [Theory]
    [InlineData("Content-Length: 12\r\n", BodyFraming.Length, 12)]
    [InlineData("Content-Length: 0\r\n", BodyFraming.Length, 0)]
    [InlineData("Content-Length: 9007199254740992\r\n", BodyFraming.Length, 9007199254740992)]
    [InlineData("Transfer-Encoding: Chunked\r\n", BodyFraming.Chunked, -1)]
    [InlineData("", BodyFraming.None, -1)]
    public void Framing_of_requests(string field, BodyFraming framing, long length)
    {
        MessageHead head = Request($"POST / HTTP/1.1\r\nHost: a\r\n{field}\r\n");
        Assert.Equal((framing, length), (head.Framing, head.ContentLength));
    }

    [Theory]
    [InlineData("GET http://cart/x?y HTTP/1.1\r\nHost: CART:80\r\n\r\n", "http", "cart", "/x?y")]
    [InlineData("GET https://cart:443?y=/ HTTP/1.1\r\nHost: cart\r\n\r\n", "https", "cart:443", "/?y=/")]
    [InlineData("GET HTTP://cart HTTP/1.1\r\nHost: cart\r\n\r\n", "HTTP", "cart", "/")]
    [InlineData("OPTIONS http://[::1]:80 HTTP/1.1\r\nHost: [::1]\r\n\r\n", "http", "[::1]:80", "*")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: cart\r\n\r\n", "", "cart", "*")]
    [InlineData("CONNECT cart:80 HTTP/1.1\r\nHost: cart\r\n\r\n", "", "cart:80", "")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "", "", "/")]
    [InlineData("\r\nGET / HTTP/1.1\r\nHost:\r\n\r\n", "", "", "/")]
    public void Targets_of_every_form(string text, string scheme, string authority, string path)
    {
        MessageHead head = Request(text);
        Assert.Equal((scheme, authority, path), (Text.Of(head, head.Scheme), Text.Of(head, head.Authority), Text.Of(head, head.Path)));
    }

    [Theory]
    [InlineData("Connection: Upgrade\r\nUpgrade: websocket\r\n", "websocket")]
    [InlineData("Connection: keep-alive, upgrade\r\nUpgrade: h2c, foo/2\r\n", "foo/2")]
    [InlineData("Connection: upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n", "")]
    [InlineData("Upgrade: websocket\r\n", "")]
    public void An_upgrade_counts_only_when_connection_names_it(string fields, string protocol)
    {
        MessageHead head = Request($"GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        Assert.Equal(protocol, Text.Of(head, head.Protocol));
        Assert.Equal("Host: a", Text.Fields(head));
    }

    [Fact]
    public void A_connect_is_never_an_upgrade()
        => Assert.True(Request("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n").Protocol.IsEmpty);

    [Fact]
    public void Expect_is_heeded_in_http_1_1_only()
    {
        Assert.True(Request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-Continue\r\n\r\n").ExpectContinue);
        Assert.False(Request("POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n").ExpectContinue);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", false, false, BodyFraming.Length, true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", true, false, BodyFraming.None, true)]
    [InlineData("HTTP/1.1 200\r\n\r\n", false, false, BodyFraming.UntilClose, false)]
    [InlineData("HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n", false, false, BodyFraming.Chunked, true)]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", false, false, BodyFraming.None, true)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", false, false, BodyFraming.None, true)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", false, false, BodyFraming.None, true)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", false, true, BodyFraming.Tunnel, true)]
    [InlineData("HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\n", false, true, BodyFraming.Length, true)]
    [InlineData("HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", false, false, BodyFraming.Tunnel, true)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n", false, false, BodyFraming.Length, false)]
    public void Framing_of_responses(string text, bool toHead, bool toConnect, BodyFraming framing, bool keepAlive)
    {
        MessageHead head = new();
        ReadStatus status = Http1HeadReader.TryReadResponse(Text.Bytes(text), head, toHead, toConnect, HeadLimits.Default, out int consumed, out HeadFault fault);
        Assert.Equal((ReadStatus.Done, HeadFault.None, text.Length), (status, fault, consumed));
        Assert.Equal((framing, keepAlive), (head.Framing, head.KeepAlive));
    }

    [Fact]
    public void The_limits_are_exact()
    {
        byte[] head = Text.Bytes("GET /12345 HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n");
        Assert.Equal(HeadFault.None, Fault(head, new HeadLimits(19, 2, 15)));
        Assert.Equal(HeadFault.LineTooLong, Fault(head, new HeadLimits(18, 2, 15)));
        Assert.Equal(HeadFault.TooManyFields, Fault(head, new HeadLimits(19, 1, 15)));
        Assert.Equal(HeadFault.FieldsTooLarge, Fault(head, new HeadLimits(19, 2, 14)));
    }

    private static HeadFault Fault(byte[] input, HeadLimits limits)
    {
        Http1HeadReader.TryReadRequest(input, new MessageHead(), limits, out _, out HeadFault fault);
        return fault;
    }

    private static MessageHead Request(string text) => Request(text, out _);

    private static MessageHead Request(string text, out int consumed)
    {
        MessageHead head = new();
        ReadStatus status = Http1HeadReader.TryReadRequest(Text.Bytes(text), head, HeadLimits.Default, out consumed, out HeadFault fault);
        Assert.Equal((ReadStatus.Done, HeadFault.None), (status, fault));
        return head;
    }
}
