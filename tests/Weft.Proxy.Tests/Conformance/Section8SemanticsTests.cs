using System.Text;
using Weft.Proxy.Tests.Testing;
using Weft.Wire.Http2;
using static Weft.Proxy.Tests.Testing.Http2Frames;

namespace Weft.Proxy.Tests.Conformance;

/// <summary>
/// RFC 9113, 8, and RFC 8441: what messages may be. The smuggling of one request in another has tests of its own (<see cref="Strict.Http2SmugglingTests"/>);
/// here stands what the sections say beside that.
/// </summary>
public sealed class Section8SemanticsTests
{
    private const string Malformed = "RST/1:ProtocolError";

    public static TheoryData<string, byte[], string> Messages => new()
    {
        { "8.1 trailers that do not end the stream are malformed", [.. Post(1), .. Head(1, [("x", "y")], ends: false)], Malformed },
        { "8.1 a second head is malformed, because trailers have no pseudo fields", [.. Post(1), .. Get(1)], Malformed },
        { "8.1 HEADERS behind trailers are a STREAM_CLOSED", [.. Post(1), .. Head(1, [("x", "y")], ends: true), .. Head(1, [("x", "y")], ends: true)], "RST/1:StreamClosed" },
        { "8.1 trailers may come without DATA before them", [.. Post(1), .. Head(1, [("x", "y")], ends: true)], "" },
        { "8.1 empty trailers are trailers", [.. Post(1), .. Data(1, "x"), .. Head(1, [], ends: true)], "" },
        { "8.1.1 a body shorter than content-length is malformed", [.. Post(1, ("content-length", "2")), .. Data(1, "x", ends: true)], Malformed },
        { "8.1.1 a body longer than content-length is malformed at its first octet too many", [.. Post(1, ("content-length", "2")), .. Data(1, "xy"), .. Data(1, "z")], Malformed },
        { "8.1.1 the sum of all DATA counts", [.. Post(1, ("content-length", "3")), .. Data(1, "xy"), .. Data(1, "z", ends: true)], "" },
        { "8.1.1 padding is no content", [.. Post(1, ("content-length", "1")), .. RawHttp2.Frame(FrameType.Data, Padded | EndStream, 1, [3, (byte)'x', 0, 0, 0])], "" },
        { "8.1.1 content-length of 0 needs no DATA", Head(1, RawHttp2.Request("POST", "/", ("content-length", "0")), ends: true), "" },
        { "8.1.1 content-length without DATA is malformed", Head(1, RawHttp2.Request("POST", "/", ("content-length", "1")), ends: true), Malformed },
        { "8.1.1 content-length that trailers contradict is malformed", [.. Post(1, ("content-length", "2")), .. Data(1, "x"), .. Head(1, [("x", "y")], ends: true)], Malformed },
        { "8.2.1 a tab within a value passes", Get(1, ("x", "a\tb")), "" },
        { "8.2.1 octets above 0x7f in a value pass", Get(1, ("x", "caf\u00e9")), "" },
        { "8.2.1 a value may be empty", Get(1, ("x", "")), "" },
        { "8.2.1 a blank behind a value is malformed", Get(1, ("x", "a ")), Malformed },
        { "8.2.1 a tab before a value is malformed", Get(1, ("x", "\ta")), Malformed },
        { "8.2.1 the rules for values hold for pseudo fields", Head(1, [(":method", "GET"), (":scheme", "http"), (":authority", "shop"), (":path", "/a ")], ends: true), Malformed },
        { "8.2.1 the rules for names hold for trailers", [.. Post(1), .. Head(1, [("X", "y")], ends: true)], Malformed },
        { "8.2.1 the rules for values hold for trailers", [.. Post(1), .. Head(1, [("x", "a\0")], ends: true)], Malformed },
        { "8.2.2 te may say trailers", Get(1, ("te", "trailers")), "" },
        { "8.2.2 te may say nothing beside trailers", Get(1, ("te", "trailers, deflate")), Malformed },
        { "8.2.2 te may not be empty", Get(1, ("te", "")), Malformed },
        { "8.2.2 fields of a connection are malformed whatever they say", Get(1, ("connection", "")), Malformed },
        { "8.2.2 fields of a connection are malformed in trailers", [.. Post(1), .. Head(1, [("connection", "x")], ends: true)], Malformed },
        { "8.3 a pseudo field in trailers is malformed", [.. Post(1), .. Head(1, [(":method", "POST")], ends: true)], Malformed },
        { "8.3 a pseudo field behind another field is malformed", Head(1, [(":method", "GET"), (":scheme", "http"), ("x", "y"), (":path", "/")], ends: true), Malformed },
        { "8.3 a pseudo field of answers is malformed", Head(1, [.. RawHttp2.Get(), (":status", "200")], ends: true), Malformed },
        { "8.3 a pseudo field that nobody knows is malformed", Head(1, [.. RawHttp2.Get(), (":test", "")], ends: true), Malformed },
        { "8.3 a pseudo field with capitals is one that nobody knows", Head(1, [(":METHOD", "GET"), (":scheme", "http"), (":path", "/")], ends: true), Malformed },
        { "8.3 a colon alone is no pseudo field", Get(1, (":", "x")), Malformed },
        { "8.3 pseudo fields may come in any order", Head(1, [(":path", "/"), (":authority", "shop"), (":scheme", "http"), (":method", "GET")], ends: true), "" },
        { "8.3 a pseudo field may come once: scheme", Head(1, [.. RawHttp2.Get(), (":scheme", "http")], ends: true), Malformed },
        { "8.3 a pseudo field may come once, equal or not", Head(1, [.. RawHttp2.Get(), (":authority", "shop")], ends: true), Malformed },
        { "8.3.1 a request has a method", Head(1, [(":scheme", "http"), (":path", "/")], ends: true), Malformed },
        { "8.3.1 a request has a scheme", Head(1, [(":method", "GET"), (":path", "/")], ends: true), Malformed },
        { "8.3.1 a request has a path", Head(1, [(":method", "GET"), (":scheme", "http"), (":authority", "shop")], ends: true), Malformed },
        { "8.3.1 a request has a path that is not empty", Head(1, [(":method", "GET"), (":scheme", "http"), (":authority", "shop"), (":path", "")], ends: true), Malformed },
        { "8.3.1 a request without fields is malformed", Head(1, [], ends: true), Malformed },
        { "8.3.1 the path is * for OPTIONS", Head(1, RawHttp2.Request("OPTIONS", "*"), ends: true), "" },
        { "8.3.1 the path is * for no other method", Head(1, RawHttp2.Request("GET", "*"), ends: true), Malformed },
        { "8.3.1 the scheme need not be that of the connection", Head(1, [(":method", "GET"), (":scheme", "https"), (":authority", "shop"), (":path", "/")], ends: true), "" },
        { "8.3.1 user information in the authority is malformed", Head(1, [(":method", "GET"), (":scheme", "http"), (":authority", "me:pw@shop"), (":path", "/")], ends: true), Malformed },
        { "8.3.1 host may agree with the authority", Get(1, ("host", "shop")), "" },
        { "8.3.1 host that names another authority is malformed", Get(1, ("host", "shop:81")), Malformed },
        { "8.3.1 host may come instead of the authority", Head(1, [(":method", "GET"), (":scheme", "http"), (":path", "/"), ("host", "shop")], ends: true), "" },
        { "8.5 CONNECT with a path is malformed", Head(1, [(":method", "CONNECT"), (":authority", "shop:80"), (":path", "/")], ends: false), Malformed },
        { "8.5 CONNECT with a scheme is malformed", Head(1, [(":method", "CONNECT"), (":authority", "shop:80"), (":scheme", "http")], ends: false), Malformed },
        { "8.5 CONNECT without an authority is malformed", Head(1, [(":method", "CONNECT")], ends: false), Malformed },
        { "8.5 CONNECT with host instead of an authority is malformed", Head(1, [(":method", "CONNECT"), ("host", "shop:80")], ends: false), Malformed },
        { "8441 4 extended CONNECT without a scheme is malformed", Head(1, [(":method", "CONNECT"), (":protocol", "websocket"), (":path", "/"), (":authority", "shop")], ends: false), Malformed },
        { "8441 4 extended CONNECT without a path is malformed", Head(1, [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":authority", "shop")], ends: false), Malformed },
        { "8441 4 extended CONNECT without an authority is malformed", Head(1, [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":path", "/")], ends: false), Malformed },
        { "8441 4 a protocol belongs to CONNECT alone", Head(1, [.. RawHttp2.Get(), (":protocol", "websocket")], ends: true), Malformed },
        { "8441 4 a protocol may come once", Head(1, [.. Extended, (":protocol", "websocket")], ends: false), Malformed },
        { "8441 4 extended CONNECT passes", Head(1, Extended, ends: false), "" },
        { "9218 4 a priority field of any kind passes", Get(1, ("priority", "u=9, nonsense")), "" },
    };

    private static (string Name, string Value)[] Extended => [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":path", "/feed"), (":authority", "shop")];

    public static TheoryData<string, byte[], string> PassedOn => new()
    {
        { "8.1 trailers reach the origin", [.. Post(1), .. Data(1, "x"), .. Head(1, [("x-sum", "y")], ends: true)], "\r\n1\r\nx\r\n0\r\nx-sum: y\r\n\r\n" },
        { "8.2.3 the crumbs of a cookie become one field", Get(1, ("cookie", "a=1"), ("x", "y"), ("cookie", "b=2"), ("cookie", "c=3")), "cookie: a=1; b=2; c=3\r\n" },
        { "8.3.1 Host is made of the authority", Head(1, [(":method", "GET"), (":scheme", "http"), (":authority", "shop:81"), (":path", "/"), ("host", "shop:81")], ends: true), "\r\nHost: shop:81\r\n" },
        { "8.3.1 Host stays where there is no authority", Head(1, [(":method", "GET"), (":scheme", "http"), (":path", "/"), ("host", "shop")], ends: true), "\r\nHost: shop\r\n" },
        { "8.3.1 the path is passed on as it is, query included", Head(1, RawHttp2.Get("/a/b?c=d%20e&f"), ends: true), "GET /a/b?c=d%20e&f HTTP/1.1\r\n" },
        { "8.3.1 OPTIONS of the whole server", Head(1, RawHttp2.Request("OPTIONS", "*"), ends: true), "OPTIONS * HTTP/1.1\r\n" },
        { "8.3.1 a method that nobody knows", Head(1, RawHttp2.Request("M-SEARCH", "/"), ends: true), "M-SEARCH / HTTP/1.1\r\n" },
        { "8441 5 extended CONNECT", Head(1, Extended, ends: false), "GET /feed HTTP/1.1\r\n" },
        { "9218 4 a priority field", Get(1, ("priority", "u=1, i")), "priority: u=1, i\r\n" },
    };

    [Theory]
    [Section("9113 8.1")]
    [Section("9113 8.1.1")]
    [Section("9113 8.2.1")]
    [Section("9113 8.2.2")]
    [Section("9113 8.3")]
    [Section("9113 8.3.1")]
    [Section("9113 8.5")]
    [Section("8441 4")]
    [Section("9218 4")]
    [MemberData(nameof(Messages))]
    public void A_request_has_a_form(string rule, byte[] sent, string seen) => Http2Exam.Client(rule, sent, seen);

    [Theory]
    [Section("9113 8.1")]
    [Section("9113 8.2.3")]
    [Section("9113 8.3.1")]
    [MemberData(nameof(PassedOn))]
    public void A_request_says_upstream_what_it_said(string rule, byte[] sent, string part)
    {
        string asked = Http2Exam.Asked(sent);
        Assert.True(asked.Contains(part, StringComparison.OrdinalIgnoreCase), $"{rule}: {asked}");
        Assert.Equal(1, Encoding.Latin1.GetBytes(asked).AsSpan().Count("host:"u8) + Encoding.Latin1.GetBytes(asked).AsSpan().Count("Host:"u8));
    }

    [Fact]
    [Section("9113 8.2.1")]
    public void Of_all_octets_only_those_of_small_tokens_may_be_in_a_name()
    {
        // The RFC forbids controls, blanks, capitals, the colon and everything from 0x7f on; a name is a token beside that (RFC 9110, 5.1).
        string allowed = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz";
        CheckOctets(static octet => ($"x{octet}y", "z"), octet => allowed.Contains(octet, StringComparison.Ordinal));
    }

    [Fact]
    [Section("9113 8.2.1")]
    public void Of_all_octets_only_controls_are_not_allowed_in_a_value()
    {
        // The RFC forbids NUL, LF and CR; that other controls are refused as well is Weft's choice (RFC 9110, 5.5, allows it).
        CheckOctets(static octet => ("x", $"a{octet}b"), static octet => octet is '\t' or >= ' ' and not '\x7f');
    }

    [Fact]
    [Section("9113 8.2.1")]
    public void Of_all_octets_only_blanks_and_controls_are_not_allowed_at_the_ends_of_a_value()
    {
        CheckOctets(static octet => ("x", $"{octet}b"), static octet => octet is > ' ' and not '\x7f');
        CheckOctets(static octet => ("x", $"a{octet}"), static octet => octet is > ' ' and not '\x7f');
    }

    [Fact]
    [Section("9113 8.1.1")]
    public void A_malformed_request_is_not_passed_on()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Get(1, ("connection", "x")));
        Assert.Equal(Malformed, client.Seen());
        Assert.Equal(0, rig.Origin.Dials);
    }

    [Fact]
    [Section("9113 8.1")]
    public void Interim_answers_come_before_the_final_one_and_do_not_end_the_stream()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Post(1, ("expect", "100-continue")));
        Http2Exam.AnswerNext(rig, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Http2Exam.Answer);
        List<(FrameHeader Header, byte[] Payload)> frames = [.. client.Receive().Where(static frame => frame.Header.StreamId == 1)];
        Assert.Equal([FrameType.Headers, FrameType.Headers, FrameType.Headers, FrameType.Data, FrameType.RstStream], frames.Select(static frame => frame.Header.Type));
        Assert.All(frames.Take(3), static frame => Assert.False(frame.Header.Has(FrameFlags.EndStream)));
        Assert.True(frames[3].Header.Has(FrameFlags.EndStream));
    }

    [Fact]
    [Section("9113 8.1")]
    public void A_whole_answer_before_the_end_of_the_request_asks_for_its_end_with_NO_ERROR()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send([.. Post(1), .. Data(1, "x")]);
        Http2Exam.AnswerNext(rig);
        List<(FrameHeader Header, byte[] Payload)> frames = [.. client.Receive().Where(static frame => frame.Header.StreamId == 1)];
        Assert.True(frames[^2].Header.Has(FrameFlags.EndStream));
        Assert.Equal(FrameType.RstStream, frames[^1].Header.Type);
        Assert.Equal(RawHttp2.Word((int)ErrorCode.NoError), frames[^1].Payload);
    }

    [Fact]
    [Section("9113 8.1")]
    [Section("9113 8.2.1")]
    [Section("9113 8.2.2")]
    [Section("9113 8.3.2")]
    public void An_answer_begins_with_its_status_in_small_letters_and_without_fields_of_a_connection()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Get(1));
        Http2Exam.AnswerNext(rig, "HTTP/1.1 206 Some\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nProxy-Connection: close\r\nTransfer-Encoding: chunked\r\nX-Kept: Yes\r\n\r\n0\r\nX-Sum: 7\r\n\r\n");
        List<(FrameHeader Header, byte[] Payload)> frames = [.. client.Receive().Where(static frame => frame.Header.StreamId == 1)];
        Assert.Equal([FrameType.Headers, FrameType.Headers], frames.Select(static frame => frame.Header.Type));
        Assert.True(frames[1].Header.Has(FrameFlags.EndStream));

        // A table size update, then the status of index 10, as RFC 7541, appendix A, has it.
        Assert.Equal([0x20, 0x8a], frames[0].Payload[..2]);
        string head = Encoding.Latin1.GetString(frames[0].Payload);
        Assert.Contains("x-kept", head, StringComparison.Ordinal);
        Assert.DoesNotContain("x-hop", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("connection", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("keep-alive", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("chunked", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(RawHttp2.Block(("x-sum", "7"))[1..], frames[1].Payload[1..]);
    }

    [Theory]
    [Section("9113 8.1")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")]
    public void An_answer_without_content_ends_with_its_head(string method, string answer)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Head(1, RawHttp2.Request(method, "/"), ends: true));
        Http2Exam.AnswerNext(rig, answer);
        (FrameHeader header, _) = client.Receive().Single(static frame => frame.Header.StreamId == 1);
        Assert.True(header.Type == FrameType.Headers && header.Has(FrameFlags.EndStream));
    }

    [Theory]
    [Section("9113 8.5")]
    [InlineData("8.5 CONNECT carries octets both ways", true)]
    [InlineData("8441 5 extended CONNECT carries octets both ways", false)]
    public void A_tunnel_carries_DATA_and_ends_with_END_STREAM(string rule, bool plain)
    {
        (RawHttp2 client, MemoryTransport origin, RelayRig rig) = OpenTunnel(plain);
        client.Send(Data(1, "ping"));
        Assert.True(rig.Receive(origin) == "ping", rule);
        rig.Send(origin, "pong");
        Assert.Equal("DATA/1", client.Seen());
        client.Send(Data(1, "", ends: true));
        Assert.True(origin.HasEnded && !origin.IsPeerReset, rule);
        origin.ShutdownSend();
        (FrameHeader header, _) = client.Receive().Single();
        Assert.True(header.Type == FrameType.Data && header.Has(FrameFlags.EndStream), rule);
    }

    [Theory]
    [Section("9113 8.5")]
    [InlineData("8.5 HEADERS on a connected stream are an error of the stream", true)]
    [InlineData("8441 5 as in extended CONNECT", false)]
    public void A_tunnel_has_no_trailers(string rule, bool plain)
    {
        (RawHttp2 client, MemoryTransport origin, _) = OpenTunnel(plain);
        client.Send(Head(1, [("x", "y")], ends: true));
        Assert.True(client.Seen() == Malformed, rule);
        Assert.True(origin.IsPeerReset || origin.HasEnded);
        Assert.False(client.IsOver);
    }

    [Theory]
    [Section("9113 8.5")]
    [InlineData("8.5 a reset by the client is a reset upstream", true)]
    [InlineData("8.5 a reset by the upstream is a reset of the stream", false)]
    public void A_tunnel_that_breaks_is_a_reset_on_the_other_side(string rule, bool byClient)
    {
        (RawHttp2 client, MemoryTransport origin, RelayRig rig) = OpenTunnel(plain: true);
        if (byClient)
        {
            client.Send(Reset(1, ErrorCode.ConnectError));
            Assert.True(origin.IsPeerReset, rule);
            return;
        }

        origin.Abort();
        rig.Settle();

        Assert.True(client.Seen() == "RST/1:ConnectError", rule);
    }

    [Fact]
    [Section("8441 5")]
    public void A_WebSocket_whose_upstream_breaks_is_a_cancelled_stream()
    {
        (RawHttp2 client, MemoryTransport origin, RelayRig rig) = OpenTunnel(plain: false);
        origin.Abort();
        rig.Settle();
        Assert.Equal("RST/1:Cancel", client.Seen());
    }

    /// <summary>A request for each octet in one field of it; the resets are exactly those of the octets that are not allowed.</summary>
    private static void CheckOctets(Func<char, (string Name, string Value)> field, Func<char, bool> allows)
    {
        // So few on one connection that the resets are no flood.
        foreach (int[] octets in Enumerable.Range(0, 256).Chunk(64))
        {
            RelayRig rig = new();
            RawHttp2 client = rig.ConnectRawHttp2();
            client.Send([.. octets.SelectMany(octet => Get((octet * 2) + 1, field((char)octet)))]);
            string expected = string.Join(' ', octets.Where(octet => !allows((char)octet)).Select(static octet => $"RST/{(octet * 2) + 1}:ProtocolError"));
            Assert.Equal(expected, client.Seen());
        }
    }

    private static (RawHttp2 Client, MemoryTransport Origin, RelayRig Rig) OpenTunnel(bool plain)
    {
        RelayRig rig = new(toForwardProxy: plain);
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Head(1, plain ? [(":method", "CONNECT"), (":authority", "db:5432")] : Extended, ends: false));
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, plain ? "HTTP/1.1 200 OK\r\n\r\n" : "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        Assert.Equal("HEADERS/1", client.Seen());
        return (client, origin, rig);
    }
}
