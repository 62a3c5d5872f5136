using Weft.Primitives.Http;
using Weft.Wire.Http1;
using Xunit;

namespace Weft.Wire.Tests.Http1;

public sealed class Http1HeadWriterTests
{
    [Theory]
    [InlineData(
        "GET /x HTTP/1.1\r\nA: 1\r\nHost: cart\r\nB:2\r\nConnection: X\r\nC: 3\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: cart\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n")]
    [InlineData(
        "POST / HTTP/1.0\r\nHost: cart\r\nContent-Length: 3\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: cart\r\nContent-Length: 3\r\nConnection: close\r\n\r\n")]
    [InlineData(
        "POST / HTTP/1.1\r\nHost: cart\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: cart\r\nTrailer: T\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("PUT / HTTP/1.1\r\nHost: cart\r\n\r\n", "PUT / HTTP/1.1\r\nHost: cart\r\nContent-Length: 0\r\n\r\n")]
    [InlineData(
        "GET http://cart?q HTTP/1.1\r\nHost: cart\r\nTE: trailers\r\n\r\n",
        "GET /?q HTTP/1.1\r\nHost: cart\r\nTE: trailers\r\nConnection: TE\r\n\r\n")]
    [InlineData(
        "GET / HTTP/1.1\r\nHost: cart\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: cart\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n")]
    [InlineData(
        "GET / HTTP/1.1\r\nHost: a\r\nCookie: x=1\r\nB: 2\r\nCookie: y=2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nB: 2\r\ncookie: x=1; y=2\r\n\r\n")]
    public void Requests_are_written_for_the_next_hop(string read, string written)
    {
        MessageHead head = new();
        Assert.Equal(ReadStatus.Done, Http1HeadReader.TryReadRequest(Text.Bytes(read), head, HeadLimits.Default, out _, out _));
        byte[] output = new byte[written.Length];
        Assert.True(Http1HeadWriter.TryWriteRequest(head, output, out int length));
        Assert.Equal(written, Text.Of(output.AsSpan(0, length)));
        for (int room = 0; room < written.Length; room++)
        {
            Assert.False(Http1HeadWriter.TryWriteRequest(head, output.AsSpan(0, room), out length));
            Assert.Equal(0, length);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 Fine\r\nContent-Length: 3\r\nA: b\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nA: b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 599 X\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 599 \r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.0 204 X\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 304 X\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n")]
    [InlineData("HTTP/1.0 100 X\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData(
        "HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\nA: b\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nA: b\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")]
    public void Responses_are_written_for_the_next_hop(string read, string written)
    {
        MessageHead head = new();
        Assert.Equal(ReadStatus.Done, Http1HeadReader.TryReadResponse(Text.Bytes(read), head, false, false, HeadLimits.Default, out _, out _));
        Assert.Equal(written, WriteResponse(head));
    }

    [Fact]
    public void A_response_that_ended_with_its_head_gets_a_length_unless_the_request_was_head()
    {
        MessageHead head = new() { Status = 200, Version = HttpVersion.Http2, KeepAlive = true };
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", WriteResponse(head));
        Assert.Equal("HTTP/1.1 200 OK\r\n\r\n", WriteResponse(head, requestWasHead: true));
    }

    [Fact]
    public void A_length_field_that_contradicts_the_head_is_replaced()
    {
        MessageHead head = new() { Status = 200, KeepAlive = true, Framing = BodyFraming.Length, ContentLength = 7 };
        head.AddField("content-length"u8, "5"u8);
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", WriteResponse(head));
        head.Framing = BodyFraming.Chunked;
        Assert.Equal("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", WriteResponse(head));
    }

    [Fact]
    public void A_stream_without_length_is_chunked_and_with_length_is_not()
    {
        MessageHead head = new() { Status = 200, KeepAlive = true, Framing = BodyFraming.Http2Stream };
        Assert.Equal("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", WriteResponse(head));
        head.ContentLength = 4;
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", WriteResponse(head));
    }

    [Fact]
    public void Appended_and_removed_fields_are_respected()
    {
        MessageHead head = new();
        Http1HeadReader.TryReadRequest("GET / HTTP/1.1\r\nHost: a\r\nB: 1\r\nC: 2\r\nD: 3\r\n\r\n"u8, head, HeadLimits.Default, out _, out _);
        head.RemoveField("C"u8);
        head.AddField("x-new"u8, ": y"u8);
        byte[] output = new byte[512];
        Assert.True(Http1HeadWriter.TryWriteRequest(head, output, out int written));
        Assert.Equal("GET / HTTP/1.1\r\nHost: a\r\nB: 1\r\nD: 3\r\nx-new: : y\r\n\r\n", Text.Of(output.AsSpan(0, written)));
    }

    [Fact]
    public void A_field_whose_neighbourhood_is_no_line_is_written_as_one()
    {
        MessageHead head = new() { Status = 204, KeepAlive = true };
        head.Append("a\n\nbc\r\n"u8);
        head.AddField(new Slice(0, 1), new Slice(3, 2));
        head.AddField(new Slice(0, 1), new Slice(3, 1));
        Assert.Equal("HTTP/1.1 204 No Content\r\na: bc\r\na: b\r\n\r\n", WriteResponse(head));
    }

    private static string WriteResponse(MessageHead head, bool requestWasHead = false)
    {
        byte[] output = new byte[512];
        Assert.True(Http1HeadWriter.TryWriteResponse(head, output, out int written, requestWasHead));
        return Text.Of(output.AsSpan(0, written));
    }
}
