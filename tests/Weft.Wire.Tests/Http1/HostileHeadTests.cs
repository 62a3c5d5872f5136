using Weft.Primitives.Http;
using Weft.Wire.Http1;
using Xunit;

namespace Weft.Wire.Tests.Http1;

/// <summary>Heads that two parsers could understand differently. Each must be refused for its own reason.</summary>
public sealed class HostileHeadTests
{
    private const string Start = "POST / HTTP/1.1\r\nHost: a\r\n";

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", HeadFault.LengthAndChunked)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", HeadFault.LengthAndChunked)]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n", HeadFault.RepeatedLength)]
    [InlineData("Content-Length: 5\r\ncontent-length: 6\r\n", HeadFault.RepeatedLength)]
    [InlineData("Content-Length: 5, 5\r\n", HeadFault.RepeatedLength)]
    [InlineData("Content-Length: +5\r\n", HeadFault.BadLength)]
    [InlineData("Content-Length: -5\r\n", HeadFault.BadLength)]
    [InlineData("Content-Length: 5 5\r\n", HeadFault.BadLength)]
    [InlineData("Content-Length: 1_0\r\n", HeadFault.BadLength)]
    [InlineData("Content-Length: 0x5\r\n", HeadFault.BadLength)]
    [InlineData("Content-Length: 5.0\r\n", HeadFault.BadLength)]
    [InlineData("Content-Length:\r\n", HeadFault.BadLength)]
    [InlineData("Content-Length: \u00b2\r\n", HeadFault.BadLength)]
    [InlineData("Content-Length: 9007199254740993\r\n", HeadFault.BadLength)]
    [InlineData("Content-Length: 18446744073709551621\r\n", HeadFault.BadLength)]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n", HeadFault.RepeatedCoding)]
    [InlineData("Transfer-Encoding: chunked, chunked\r\n", HeadFault.RepeatedCoding)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", HeadFault.RepeatedCoding)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", HeadFault.RepeatedCoding)]
    [InlineData("Transfer-Encoding: identity\r\n", HeadFault.UnknownCoding)]
    [InlineData("Transfer-Encoding: xchunked\r\n", HeadFault.UnknownCoding)]
    [InlineData("Transfer-Encoding: chunked;q=1\r\n", HeadFault.UnknownCoding)]
    [InlineData("Transfer-Encoding: \"chunked\"\r\n", HeadFault.UnknownCoding)]
    [InlineData("Transfer-Encoding:\r\n", HeadFault.UnknownCoding)]
    [InlineData("Transfer-Encoding : chunked\r\n", HeadFault.BadName)]
    [InlineData("Transfer-Encoding\t: chunked\r\n", HeadFault.BadName)]
    [InlineData("Transfer-Encoding:\u000bchunked\r\n", HeadFault.BadValue)]
    [InlineData("Transfer\0-Encoding: chunked\r\n", HeadFault.BadName)]
    [InlineData(" Transfer-Encoding: chunked\r\n", HeadFault.ObsoleteFold)]
    [InlineData("A: b\r\n c\r\n", HeadFault.ObsoleteFold)]
    [InlineData("A: b\r\n\tc\r\n", HeadFault.ObsoleteFold)]
    [InlineData("A: b\nContent-Length: 5\r\n", HeadFault.BareLf)]
    [InlineData("A\n: b\r\n", HeadFault.BareLf)]
    [InlineData("A: b\rc\r\n", HeadFault.BadValue)]
    [InlineData("A: b\r\r\n", HeadFault.BadValue)]
    [InlineData("A: \0\r\n", HeadFault.BadValue)]
    [InlineData("A: \u007f\r\n", HeadFault.BadValue)]
    [InlineData("A: \u001b[2J\r\n", HeadFault.BadValue)]
    [InlineData(": b\r\n", HeadFault.BadName)]
    [InlineData("A\r\n", HeadFault.BadName)]
    [InlineData("A b: c\r\n", HeadFault.BadName)]
    [InlineData("A\u00e9: c\r\n", HeadFault.BadName)]
    [InlineData("(A): c\r\n", HeadFault.BadName)]
    [InlineData("Host: a\r\n", HeadFault.RepeatedHost)]
    [InlineData("HOST: b\r\n", HeadFault.RepeatedHost)]
    [InlineData("Connection: content-length\r\nContent-Length: 5\r\n", HeadFault.BadConnection)]
    [InlineData("Connection: Host\r\n", HeadFault.BadConnection)]
    [InlineData("Connection: a b\r\n", HeadFault.BadConnection)]
    [InlineData("Connection: a,b,c,d,e,f,g,h,i\r\nConnection: a,b,c,d,e,f,g,h\r\n", HeadFault.BadConnection)]
    [InlineData("Connection: upgrade\r\nUpgrade: a b\r\n", HeadFault.BadUpgrade)]
    public void Hostile_fields_are_refused(string fields, HeadFault expected) => Refused($"{Start}{fields}\r\n", expected);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", HeadFault.MissingHost)]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n", HeadFault.BareLf)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\r\n\r\n", HeadFault.BareLf)]
    [InlineData("GET / HTTP/1.1\nHost: a\r\n\r\n", HeadFault.BareLf)]
    [InlineData("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadTarget)]
    [InlineData("GET /  HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadVersion)]
    [InlineData("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", HeadFault.BadVersion)]
    [InlineData("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadMethod)]
    [InlineData(" GET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadMethod)]
    [InlineData("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadMethod)]
    [InlineData("GET /\r\n\r\n", HeadFault.BadVersion)]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", HeadFault.BadVersion)]
    [InlineData("GET / HTTP/1.2\r\nHost: a\r\n\r\n", HeadFault.BadVersion)]
    [InlineData("GET / http/1.1\r\nHost: a\r\n\r\n", HeadFault.BadVersion)]
    [InlineData("GET / HTTP/1.10\r\nHost: a\r\n\r\n", HeadFault.BadVersion)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HeadFault.BadVersion)]
    [InlineData("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadMethod)]
    [InlineData("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadTarget)]
    [InlineData("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadTarget)]
    [InlineData("GET a HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadTarget)]
    [InlineData("GET * HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadTarget)]
    [InlineData("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadTarget)]
    [InlineData("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadHost)]
    [InlineData("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadHost)]
    [InlineData("GET http://a\\b/ HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadHost)]
    [InlineData("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.HostDisagrees)]
    [InlineData("GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.HostDisagrees)]
    [InlineData("GET http://a/ HTTP/1.1\r\nHost:\r\n\r\n", HeadFault.HostDisagrees)]
    [InlineData("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", HeadFault.BadHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", HeadFault.BadHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", HeadFault.BadHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a:\r\n\r\n", HeadFault.BadHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", HeadFault.BadHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n", HeadFault.BadHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", HeadFault.BadHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", HeadFault.BadHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", HeadFault.BadHost)]
    [InlineData("CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadTarget)]
    [InlineData("CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BadTarget)]
    [InlineData("CONNECT a:80 HTTP/1.1\r\nHost: b:80\r\n\r\n", HeadFault.HostDisagrees)]
    [InlineData("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\nContent-Length: 1\r\n\r\n", HeadFault.BodyForbidden)]
    [InlineData("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", HeadFault.CodingInHttp10)]
    [InlineData("\u0016\u0003\u0001", HeadFault.BadMethod)]
    public void Hostile_requests_are_refused(string text, HeadFault expected) => Refused(text, expected);

    [Theory]
    [InlineData("HTTP/1.1 099 X\r\n\r\n", HeadFault.BadStatus)]
    [InlineData("HTTP/1.1 600 X\r\n\r\n", HeadFault.BadStatus)]
    [InlineData("HTTP/1.1 20 X\r\n\r\n", HeadFault.BadStatus)]
    [InlineData("HTTP/1.1 2000\r\n\r\n", HeadFault.BadStatus)]
    [InlineData("HTTP/1.1  200 X\r\n\r\n", HeadFault.BadStatus)]
    [InlineData("HTTP/1.1 200 \0\r\n\r\n", HeadFault.BadStatus)]
    [InlineData("HTTP/1.1 200 OK\nA: b\r\n\r\n", HeadFault.BareLf)]
    [InlineData("HTTP/2 200 OK\r\n\r\n", HeadFault.BadVersion)]
    [InlineData("ICY 200 OK\r\n", HeadFault.BadVersion)]
    [InlineData("HTTP/1.1 204 X\r\nContent-Length: 1\r\n\r\n", HeadFault.BodyForbidden)]
    [InlineData("HTTP/1.1 103 X\r\nTransfer-Encoding: chunked\r\n\r\n", HeadFault.BodyForbidden)]
    [InlineData("HTTP/1.1 101 X\r\n\r\n", HeadFault.BadUpgrade)]
    [InlineData("HTTP/1.1 200 X\r\nTransfer-Encoding: gzip\r\n\r\n", HeadFault.UnknownCoding)]
    [InlineData("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", HeadFault.LengthAndChunked)]
    public void Hostile_responses_are_refused(string text, HeadFault expected)
    {
        ReadStatus status = Http1HeadReader.TryReadResponse(Text.Bytes(text), new MessageHead(), false, false, HeadLimits.Default, out int consumed, out HeadFault fault);
        Assert.Equal((ReadStatus.Rejected, expected, 0), (status, fault, consumed));
    }

    [Fact]
    public void A_head_that_never_ends_is_refused_at_the_limit()
    {
        HeadLimits limits = HeadLimits.Default;
        byte[] line = Text.Bytes("GET /" + new string('a', limits.StartLine));
        Refused(line, HeadFault.LineTooLong);
        byte[] fields = Text.Bytes(Start + "A: " + new string('b', limits.StartLine + limits.FieldBytes));
        Refused(fields, HeadFault.FieldsTooLarge);
    }

    private static void Refused(string text, HeadFault expected) => Refused(Text.Bytes(text), expected);

    private static void Refused(byte[] input, HeadFault expected)
    {
        ReadStatus status = Http1HeadReader.TryReadRequest(input, new MessageHead(), HeadLimits.Default, out int consumed, out HeadFault fault);
        Assert.Equal((ReadStatus.Rejected, expected, 0), (status, fault, consumed));
    }
}
