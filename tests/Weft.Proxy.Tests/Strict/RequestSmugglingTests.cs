using Weft.Proxy.Tests.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Strict;

/// <summary>
/// Bytes that two parsers could read in two ways, from hostile clients of HTTP/1. Refuse, never repair: the upstream sees nothing of a
/// refused request, and never two requests where one was sent.
/// </summary>
public sealed class RequestSmugglingTests
{
    private const string Hidden = "GET /admin HTTP/1.1\r\nHost: shop\r\n\r\n";

    /// <summary>Field lines of a POST to /; what follows the empty line is "0 CRLF CRLF" and a second request.</summary>
    public static TheoryData<string, string> HostileFields => new()
    {
        { "CL.TE", "Content-Length: 41\r\nTransfer-Encoding: chunked\r\n" },
        { "TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n" },
        { "CL.CL, different", "Content-Length: 5\r\nContent-Length: 6\r\n" },
        { "CL.CL, equal", "Content-Length: 5\r\nContent-Length: 5\r\n" },
        { "CL list", "Content-Length: 5, 5\r\n" },
        { "CL list, different", "Content-Length: 5, 6\r\n" },
        { "CL empty", "Content-Length: \r\n" },
        { "CL plus", "Content-Length: +5\r\n" },
        { "CL minus", "Content-Length: -5\r\n" },
        { "CL hex", "Content-Length: 0x5\r\n" },
        { "CL underscore", "Content-Length: 1_0\r\n" },
        { "CL inner blank", "Content-Length: 1 0\r\n" },
        { "CL tab inside", "Content-Length: 1\t0\r\n" },
        { "CL fraction", "Content-Length: 5.0\r\n" },
        { "CL exponent", "Content-Length: 5e0\r\n" },
        { "CL overflow 32", "Content-Length: 4294967301x\r\n" },
        { "CL overflow 64", "Content-Length: 18446744073709551621\r\n" },
        { "CL beyond 2^53", "Content-Length: 9007199254740993\r\n" },
        { "CL superscript", "Content-Length: \u00b2\r\n" },
        { "CL with name blank", "Content-Length : 5\r\n" },
        { "CL with name tab", "Content-Length\t: 5\r\n" },
        { "CL with name NUL", "Content-Length\0: 5\r\n" },
        { "CL NUL", "Content-Length: 5\0\r\n" },
        { "CL quoted", "Content-Length: \"5\"\r\n" },
        { "TE.TE", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" },
        { "TE.TE identity", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n" },
        { "TE list", "Transfer-Encoding: chunked, chunked\r\n" },
        { "TE identity first", "Transfer-Encoding: identity, chunked\r\n" },
        { "TE gzip", "Transfer-Encoding: gzip, chunked\r\n" },
        { "TE not last", "Transfer-Encoding: chunked, gzip\r\n" },
        { "TE identity", "Transfer-Encoding: identity\r\n" },
        { "TE unknown", "Transfer-Encoding: xchunked\r\n" },
        { "TE cut", "Transfer-Encoding: chunke\r\n" },
        { "TE empty", "Transfer-Encoding:\r\n" },
        { "TE comma", "Transfer-Encoding: ,chunked\r\n" },
        { "TE comma behind", "Transfer-Encoding: chunked,\r\n" },
        { "TE parameter", "Transfer-Encoding: chunked;a=b\r\n" },
        { "TE quoted", "Transfer-Encoding: \"chunked\"\r\n" },
        { "TE vertical tab", "Transfer-Encoding: \vchunked\r\n" },
        { "TE form feed", "Transfer-Encoding: chunked\f\r\n" },
        { "TE NUL", "Transfer-Encoding: chunked\0\r\n" },
        { "TE DEL", "Transfer-Encoding: chunked\u007f\r\n" },
        { "TE no-break space", "Transfer-Encoding: \u00a0chunked\r\n" },
        { "TE fold", "Transfer-Encoding:\r\n chunked\r\n" },
        { "TE fold with tab", "Transfer-Encoding:\r\n\tchunked\r\n" },
        { "TE fold behind", "X: y\r\n Transfer-Encoding: chunked\r\n" },
        { "TE name blank", "Transfer-Encoding : chunked\r\n" },
        { "TE name tab", "Transfer-Encoding\t: chunked\r\n" },
        { "TE before name blank", " Transfer-Encoding: chunked\r\n" },
        { "TE name fold", "Transfer\r\n -Encoding: chunked\r\n" },
        { "TE name underscore beside CL", "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n" },
        { "TE behind bare LF", "X: y\nTransfer-Encoding: chunked\r\n" },
        { "TE behind bare CR", "X: y\rTransfer-Encoding: chunked\r\n" },
        { "TE behind LF CR", "X: y\n\rTransfer-Encoding: chunked\r\n" },
        { "TE ends with LF", "Transfer-Encoding: chunked\n" },
        { "field without colon", "Transfer-Encoding chunked\r\n" },
        { "empty name", ": chunked\r\n" },
        { "name with brackets", "X[a]: y\r\n" },
        { "name with slash", "X/a: y\r\n" },
        { "name in UTF-8", "X\u00e9: y\r\n" },
        { "value with NUL", "X: a\0b\r\n" },
        { "value with CR", "X: a\rb\r\n" },
        { "value with escape", "X: a\u001bb\r\n" },
        { "connection drops length", "Content-Length: 5\r\nConnection: close, content-length\r\n" },
        { "connection drops host", "Connection: host\r\n" },
        { "connection not a token", "Connection: a b\r\n" },
        { "second host", "Host: other\r\n" },
        { "second host, equal", "Host: shop\r\n" },
    };

    public static TheoryData<string, string> HostileLines => new()
    {
        { "no version", "GET /\r\nHost: shop\r\n\r\n" },
        { "HTTP/0.9", "GET /\r\n\r\n" },
        { "HTTP/1.2", "GET / HTTP/1.2\r\nHost: shop\r\n\r\n" },
        { "HTTP/2.0", "GET / HTTP/2.0\r\nHost: shop\r\n\r\n" },
        { "lower-case version", "GET / http/1.1\r\nHost: shop\r\n\r\n" },
        { "version with blank", "GET / HTTP/1.1 \r\nHost: shop\r\n\r\n" },
        { "version with more digits", "GET / HTTP/1.10\r\nHost: shop\r\n\r\n" },
        { "version twice", "GET / HTTP/1.1 HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "two blanks", "GET  / HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "two blanks before the version", "GET /  HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "tab", "GET\t/ HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "leading blank", " GET / HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "line ends with LF", "GET / HTTP/1.1\nHost: shop\r\n\r\n" },
        { "all lines end with LF", "GET / HTTP/1.1\nHost: shop\n\n" },
        { "line ends with CR", "GET / HTTP/1.1\rHost: shop\r\n\r\n" },
        { "head ends with CR LF LF", "GET / HTTP/1.1\r\nHost: shop\r\n\n" },
        { "method with a control byte", "GE\u0001T / HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "method with a colon", "GET:x / HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "target with a control byte", "GET /\u0001 HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "target with NUL", "GET /a\0b HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "target with DEL", "GET /\u007f HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "target with a fragment", "GET /#a HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "target without slash", "GET admin HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "target with a query alone", "GET ?a HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "star for GET", "GET * HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "absolute target of another host", "GET http://other/ HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "absolute target of another port", "GET http://shop:81/ HTTP/1.1\r\nHost: shop:80\r\n\r\n" },
        { "absolute target with a user", "GET http://shop@other/ HTTP/1.1\r\nHost: other\r\n\r\n" },
        { "absolute target of another scheme", "GET file://shop/etc HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "absolute target without host", "GET http:///a HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "no host", "GET / HTTP/1.1\r\n\r\n" },
        { "host with a path", "GET / HTTP/1.1\r\nHost: shop/a\r\n\r\n" },
        { "host with a blank", "GET / HTTP/1.1\r\nHost: shop other\r\n\r\n" },
        { "host with a user", "GET / HTTP/1.1\r\nHost: a@shop\r\n\r\n" },
        { "host with a bad port", "GET / HTTP/1.1\r\nHost: shop:80a\r\n\r\n" },
        { "host with too high a port", "GET / HTTP/1.1\r\nHost: shop:65536\r\n\r\n" },
        { "host with a comma list", "GET / HTTP/1.1\r\nHost: shop, other/\r\n\r\n" },
        { "chunked in HTTP/1.0", "POST / HTTP/1.0\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "CONNECT with a body", "CONNECT shop:80 HTTP/1.1\r\nHost: shop:80\r\nContent-Length: 5\r\n\r\nhello" },
        { "CONNECT with a path", "CONNECT /a HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "CONNECT without port", "CONNECT shop HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "a TLS hello", "\u0016\u0003\u0001\u0002\u0000\u0001" },
        { "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
    };

    public static TheoryData<string, string> HostileChunks => new()
    {
        { "size with 0x", "0x5\r\nhello\r\n0\r\n\r\n" },
        { "size with plus", "+5\r\nhello\r\n0\r\n\r\n" },
        { "size with minus", "-5\r\nhello\r\n0\r\n\r\n" },
        { "size with underscore", "1_0\r\nhello\r\n0\r\n\r\n" },
        { "size with leading blank", " 5\r\nhello\r\n0\r\n\r\n" },
        { "size with trailing blank", "5 \r\nhello\r\n0\r\n\r\n" },
        { "size empty", "\r\nhello\r\n0\r\n\r\n" },
        { "size of 17 digits", "00000000000000005\r\nhello\r\n0\r\n\r\n" },
        { "size that overflows 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n" },
        { "size beyond 2^53", "20000000000001\r\nhello\r\n0\r\n\r\n" },
        { "size ends with LF", "5\nhello\r\n0\r\n\r\n" },
        { "size ends with CR", "5\rhello\r\n0\r\n\r\n" },
        { "extension with LF", "5;a\nhello\r\n0\r\n\r\n" },
        { "extension with CR", "5;a\rb\r\nhello\r\n0\r\n\r\n" },
        { "extension with NUL", "5;a\0\r\nhello\r\n0\r\n\r\n" },
        { "extension too long", "5;" + new string('a', 257) + "\r\nhello\r\n0\r\n\r\n" },
        { "data without end", "5\r\nhelloX\r\n0\r\n\r\n" },
        { "data ends with LF", "5\r\nhello\n0\r\n\r\n" },
        { "data ends with two bytes", "5\r\nhelloXX0\r\n\r\n" },
        { "last chunk ends with LF", "5\r\nhello\r\n0\n\r\n" },
        { "trailers end with LF", "5\r\nhello\r\n0\r\n\n" },
        { "trailer line ends with LF", "5\r\nhello\r\n0\r\nX: y\n\r\n" },
        { "trailer fold", "5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n" },
        { "trailer with length", "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n" },
        { "trailer with coding", "5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n" },
        { "trailer with host", "5\r\nhello\r\n0\r\nHost: other\r\n\r\n" },
        { "trailer with a blank in its name", "5\r\nhello\r\n0\r\nX : y\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(HostileFields))]
    public void Hostile_fields_are_refused_before_anything_reaches_the_upstream(string name, string fields)
        => CheckRefused(name, $"POST / HTTP/1.1\r\nHost: shop\r\n{fields}\r\n0\r\n\r\n{Hidden}");

    [Theory]
    [MemberData(nameof(HostileLines))]
    public void Hostile_request_lines_and_hosts_are_refused(string name, string request) => CheckRefused(name, request + Hidden);

    [Theory]
    [MemberData(nameof(HostileChunks))]
    public void A_hostile_chunked_body_never_ends_and_hides_no_request(string name, string body)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n");
        MemoryTransport origin = rig.Origin.Accept();
        rig.Send(client, body + Hidden);
        string seen = rig.Receive(origin);
        Assert.False(seen.Contains("/admin", StringComparison.Ordinal), name);
        Assert.False(seen.Contains("\r\n0\r\n", StringComparison.Ordinal), name);
        Assert.True(origin.IsPeerReset, name);
        Assert.True(client.HasEnded || client.IsPeerReset, name);
        Assert.Equal(1, rig.Origin.Dials);
        Assert.Equal("DOWNSTREAM_PROTOCOL_ERROR=1", rig.Refused());
    }

    [Fact]
    public void The_body_of_a_get_is_its_body_and_not_the_next_request()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, $"GET / HTTP/1.1\r\nHost: shop\r\nContent-Length: {Hidden.Length}\r\n\r\n{Hidden}");
        MemoryTransport origin = rig.Origin.Accept();
        string seen = rig.Receive(origin);
        Assert.Contains($"Content-Length: {Hidden.Length}\r\n", seen, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(Hidden, seen, StringComparison.Ordinal);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Assert.EndsWith("ok", rig.Receive(client), StringComparison.Ordinal);
        Assert.Empty(rig.Receive(origin));
        Assert.Equal(1, rig.Origin.Dials);
    }

    [Fact]
    public void An_answer_to_half_a_request_ends_both_connections()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\nhalf");
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Assert.EndsWith("ok", rig.Receive(client), StringComparison.Ordinal);
        rig.Send(client, Hidden);
        Assert.True(client.HasEnded || client.IsPeerReset);
        Assert.True(origin.HasEnded || origin.IsPeerReset);
        Assert.DoesNotContain("/admin", rig.Receive(origin), StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_of_this_hop_do_not_reach_the_next()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nKeep-Alive: 5\r\nProxy-Connection: a\r\nTE: gzip\r\nX-Kept: 1\r\n\r\n");
        string seen = rig.Receive(rig.Origin.Accept());
        foreach (string gone in (string[])["secret", "keep-alive", "proxy-connection", "gzip", "close"])
        {
            Assert.DoesNotContain(gone, seen, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("X-Kept: 1", seen, StringComparison.Ordinal);
    }

    private static void CheckRefused(string name, string bytes)
    {
        // Whole, and byte for byte: where the pieces fall must not matter.
        foreach (bool drip in (bool[])[false, true])
        {
            RelayRig rig = new();
            MemoryTransport client = rig.Connect();
            if (drip)
            {
                foreach (char one in bytes)
                {
                    if (client.TrySend([(byte)one]) != 1)
                    {
                        break;
                    }

                    rig.Settle();
                }
            }
            else
            {
                rig.Send(client, bytes);
            }

            string answer = rig.Receive(client);
            Assert.True(answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), $"{name}: {answer}");
            Assert.Contains("connection: close", answer, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(1, CountAnswers(answer));
            Assert.True(client.HasEnded, name);
            Assert.True(rig.Origin.Dials == 0, $"{name}: the upstream was dialled");
            Assert.Equal("DOWNSTREAM_PROTOCOL_ERROR=1", rig.Refused());
            client.Close();
            rig.Advance(1_100);
            Assert.Equal(0, rig.Loop.Pool.RentedBytes);
            Assert.Equal(0, rig.Drain.Open);
        }
    }

    private static int CountAnswers(string text) => (text.Length - text.Replace("HTTP/1.1 ", "", StringComparison.Ordinal).Length) / "HTTP/1.1 ".Length;
}
