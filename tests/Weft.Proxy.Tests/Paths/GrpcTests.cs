using System.Text;
using Weft.Primitives.Http;
using Weft.Proxy.Protocols;
using Weft.Proxy.Tests.Testing;
using Xunit;
using static Weft.Proxy.Tests.Testing.ScriptedHandler;

namespace Weft.Proxy.Tests.Paths;

/// <summary>gRPC and gRPC-Web: deadlines, errors of our own, trailers.</summary>
public sealed class GrpcTests
{
    private static readonly string Message = "\0\0\0\0\u0003abc";

    [Fact]
    public void A_call_that_reaches_nobody_ends_with_a_status_and_nothing_else()
    {
        FanRig fan = new(true, exchange =>
        {
            exchange.Abort(StreamFault.Refused);
            return Task.CompletedTask;
        });
        Http2Stream call = Call(fan, "");
        Assert.Equal(200, call.Head.Status);
        Assert.Equal(BodyFraming.None, call.Head.Framing);
        Assert.Equal("application/grpc", Field(call.Head, "content-type"));
        Assert.Equal("14", Field(call.Head, "grpc-status"));
        Assert.Equal("weft%3A%20UPSTREAM_RESET", Field(call.Head, "grpc-message"));
    }

    [Theory]
    [InlineData("10s")]
    [InlineData("123456789m")]
    [InlineData("-1S")]
    public void A_malformed_timeout_is_refused(string timeout)
    {
        FanRig fan = new(true, _ => throw new InvalidOperationException("nothing may arrive"));
        Assert.Equal("13", Field(Call(fan, timeout).Head, "grpc-status"));
    }

    [Fact]
    public void A_deadline_ends_the_call_at_both_sides()
    {
        HttpStream? server = null;
        FanRig fan = new(true, async exchange =>
        {
            server = exchange;
            await BrokenAsync(exchange);
        });
        Http2Stream call = Call(fan, "250m");
        Assert.Equal("250m", Field(server!.Head, "grpc-timeout"));
        fan.Rig.Advance(200);
        Assert.Equal(0, call.Head.Status);
        fan.Rig.Advance(60);
        Assert.Equal("4", Field(call.Head, "grpc-status"));
        Assert.Equal(StreamFault.PeerReset, server.Fault);
    }

    [Fact]
    public void A_deadline_in_the_middle_of_an_answer_is_told_in_its_trailers()
    {
        FanRig fan = new(true, async exchange =>
        {
            WriteHead(exchange, 200, ("content-type", "application/grpc"));
            exchange.TryWriteBody(Encoding.Latin1.GetBytes(Message));
            await BrokenAsync(exchange);
        });
        Http2Stream call = Call(fan, "1S");
        fan.Rig.Advance(1_010);
        Assert.Equal(Message, ReadHere(call));
        Assert.Equal(BodyState.End, call.TryReadBody(out _));
        Assert.Equal("4", Field(call.Trailers, "grpc-status"));
    }

    [Fact]
    public void The_time_that_is_left_is_what_is_passed_on()
    {
        string passed = "";
        int attempts = 0;
        FanRig fan = null!;
        Func<HttpStream, Task> serve = exchange =>
        {
            if (++attempts == 1)
            {
                fan.Rig.Clock.AdvanceMs(4_000);
                exchange.Abort(StreamFault.Refused);
                return Task.CompletedTask;
            }

            passed = Field(exchange.Head, "grpc-timeout");
            WriteHead(exchange, 200, ("content-type", "application/grpc"));
            exchange.WriteEnd(Trailers("0"));
            return Task.CompletedTask;
        };
        fan = new(true, serve, serve);
        Call(fan, "10S");
        Assert.Equal("6000m", passed);
    }

    [Fact]
    public void Messages_and_trailers_pass_in_both_directions_while_the_call_goes_on()
    {
        FanRig fan = new(true, async exchange =>
        {
            WriteHead(exchange, 200, ("content-type", "application/grpc"));
            for (int i = 0; i < 3; i++)
            {
                exchange.TryWriteBody(Encoding.Latin1.GetBytes("<" + await ReadAsync(exchange, 1) + ">"));
            }

            exchange.WriteEnd(Trailers("5"));
        });
        Http2Stream call = Open(fan, "");
        for (int i = 0; i < 3; i++)
        {
            call.TryWriteBody(Encoding.Latin1.GetBytes(Message));
            fan.Rig.Settle();
            Assert.Equal("<" + Message + ">", ReadHere(call));
        }

        Assert.Equal(BodyState.End, call.TryReadBody(out _));
        Assert.Equal("5", Field(call.Trailers, "grpc-status"));
    }

    [Theory]
    [InlineData("application/grpc-web+proto", false)]
    [InlineData("application/grpc-web-text+proto", true)]
    public void A_call_of_gRPC_Web_is_one_of_gRPC_for_its_server(string type, bool isText)
    {
        string arrived = "";
        FanRig fan = new(true, async exchange =>
        {
            arrived = $"{Field(exchange.Head, "content-type")} {Field(exchange.Head, "te")} {await ReadAsync(exchange)}";
            WriteHead(exchange, 200, ("content-type", "application/grpc+proto"));
            exchange.TryWriteBody(Encoding.Latin1.GetBytes(Message));
            exchange.WriteEnd(Trailers("0"));
        });
        string body = isText ? "AAAAAAM=YWJj" : Message;
        string response = fan.Ask($"POST /shop.Cart/Get HTTP/1.1\r\nHost: shop\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Assert.Equal("application/grpc+proto trailers " + Message, arrived);
        Assert.Contains($"content-type: {type}\r\n", response, StringComparison.OrdinalIgnoreCase);
        string answer = Unchunk(response);
        answer = isText ? string.Concat(answer.Chunk(4).Select(quad => Encoding.Latin1.GetString(Convert.FromBase64CharArray(quad, 0, 4)))) : answer;
        Assert.Equal(Message + "\u0080\0\0\0\u0010grpc-status: 0\r\n", answer);
        Assert.Equal(0, fan.Loop.Pool.RentedBytes);
    }

    [Fact]
    public void A_status_without_messages_stays_in_the_head_of_gRPC_Web()
    {
        FanRig fan = new(true, exchange =>
        {
            MessageHead head = new() { Status = 200, Framing = BodyFraming.None };
            head.AddField("content-type"u8, "application/grpc"u8);
            head.AddField("grpc-status"u8, "12"u8);
            exchange.WriteHead(head);
            exchange.WriteEnd(null);
            return Task.CompletedTask;
        });
        string response = fan.Ask("POST /x HTTP/1.1\r\nHost: shop\r\nContent-Type: application/grpc-web\r\nContent-Length: 0\r\n\r\n");
        Assert.Contains("grpc-status: 12\r\n", response, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("content-type: application/grpc-web\r\n", response, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\n", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AAAA=AAA")]
    [InlineData("AAAAA")]
    public void Text_that_is_not_base64_is_refused(string body)
    {
        FanRig fan = new(true, async exchange => await ReadAsync(exchange));
        string response = fan.Ask($"POST /x HTTP/1.1\r\nHost: shop\r\nContent-Type: application/grpc-web-text\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Assert.Contains("grpc-status: 13\r\n", response, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("BAD_REQUEST", response, StringComparison.Ordinal);
    }

    private static async Task BrokenAsync(HttpStream exchange)
    {
        while (!exchange.IsBroken)
        {
            await exchange.Received;
        }
    }

    private static Http2Stream Open(FanRig fan, string timeout)
    {
        Http2Stream call = fan.ConnectHttp2().Open();
        MessageHead head = new() { Framing = BodyFraming.Http2Stream };
        head.Method = head.Append("POST"u8);
        head.Path = head.Append("/shop.Cart/Get"u8);
        head.Authority = head.Append("shop"u8);
        head.AddField("content-type"u8, "application/grpc"u8);
        head.AddField("te"u8, "trailers"u8);
        if (timeout.Length > 0)
        {
            head.AddField("grpc-timeout"u8, Encoding.ASCII.GetBytes(timeout));
        }

        call.WriteHead(head);
        return call;
    }

    private static Http2Stream Call(FanRig fan, string timeout)
    {
        Http2Stream call = Open(fan, timeout);
        call.TryWriteBody(Encoding.Latin1.GetBytes(Message));
        call.WriteEnd(null);
        fan.Rig.Settle();
        return call;
    }

    private static string ReadHere(Http2Stream call)
    {
        call.TryReadBody(out ReadOnlySpan<byte> data);
        string text = Encoding.Latin1.GetString(data);
        call.ConsumeBody(data.Length);
        return text;
    }

    private static string Unchunk(string response)
    {
        string body = response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        StringBuilder all = new();
        while (true)
        {
            int line = body.IndexOf("\r\n", StringComparison.Ordinal);
            int size = Convert.ToInt32(body[..line], 16);
            if (size == 0)
            {
                return all.ToString();
            }

            all.Append(body, line + 2, size);
            body = body[(line + 4 + size)..];
        }
    }
}
