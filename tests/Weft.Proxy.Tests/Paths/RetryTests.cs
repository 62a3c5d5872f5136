using System.Globalization;
using Weft.Primitives.Http;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Tests.Testing;
using Xunit;
using static Weft.Proxy.Tests.Testing.ScriptedHandler;
using Weft.Testing;

namespace Weft.Proxy.Tests.Paths;

/// <summary>What is sent again, what is not, and that a body sent again is whole.</summary>
public sealed class RetryTests
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private readonly List<string> _arrived = [];

    private Func<HttpStream, Task> Echo => async exchange =>
    {
        string body = await ReadAsync(exchange);
        _arrived.Add(body);
        ScriptedHandler.Answer(exchange, 200, $"{body.Length} of {exchange.Trailers.FieldCount}");
    };

    /// <summary>Refuses the stream after that many bytes of its body.</summary>
    private static Func<HttpStream, Task> Refuse(int after) => async exchange =>
    {
        await ReadAsync(exchange, after);
        exchange.Abort(StreamFault.Refused);
    };

    private static string Post(int size, string method = "POST")
        => $"{method} / HTTP/1.1\r\nHost: shop\r\nContent-Length: {size.ToString(CultureInfo.InvariantCulture)}\r\n\r\n{Body(size)}";

    private static string Body(int size) => string.Create(size, 0, static (text, _) =>
    {
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = (char)('a' + (i % 23));
        }
    });

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(5_000, 1)]
    [InlineData(60_000, 60_000)]
    [InlineData(65_536, 40_000)]
    public void A_post_that_one_endpoint_refuses_reaches_another_with_its_whole_body(int size, int readFirst)
    {
        FanRig fan = new(true, Refuse(readFirst), Echo);
        Assert.EndsWith($"{size} of 0", Unchunked(fan.Ask(Post(size))), StringComparison.Ordinal);
        Assert.Equal(Body(size), Assert.Single(_arrived));
        Assert.Equal(0, fan.Loop.Pool.RentedBytes);
    }

    [Fact]
    public void A_body_that_is_still_coming_goes_on_where_it_was_after_what_is_sent_again()
    {
        FanRig fan = new(true, Refuse(3), Echo);
        MemoryTransport client = fan.Connect();
        fan.Rig.Send(client, "POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        fan.Rig.Send(client, "2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n");
        Assert.EndsWith("5 of 1", Unchunked(fan.Rig.Receive(client)), StringComparison.Ordinal);
        Assert.Equal("abcde", Assert.Single(_arrived));
    }

    [Fact]
    public void A_body_that_outgrew_the_bound_is_not_sent_again()
    {
        FanRig fan = new(true, Refuse(66_000), Echo);
        MemoryTransport client = fan.Connect();
        fan.Rig.Send(client, $"POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n{Body(70_000)}\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 502 ", fan.Rig.Receive(client), StringComparison.Ordinal);
        Assert.Empty(_arrived);
    }

    [Fact]
    public void A_far_proxy_that_cannot_reach_its_application_passes_a_post_on_to_another()
    {
        Func<HttpStream, Task> unreachable = exchange =>
        {
            ScriptedHandler.Answer(exchange, 503, "no", ("x-weft-reason", "CONNECT_FAILED"));
            return Task.CompletedTask;
        };
        FanRig fan = new(true, unreachable, Echo);
        Assert.EndsWith("2000 of 0", Unchunked(fan.Ask(Post(2000))), StringComparison.Ordinal);
        Assert.Equal(Body(2000), Assert.Single(_arrived));
    }

    [Fact]
    [Limit("Attempts of one exchange")]
    public void A_request_is_sent_twice_at_most()
    {
        int asked = 0;
        Func<HttpStream, Task> refuse = exchange =>
        {
            asked++;
            exchange.Abort(StreamFault.Refused);
            return Task.CompletedTask;
        };
        FanRig fan = new(true, refuse, refuse, refuse);
        Assert.StartsWith("HTTP/1.1 502 ", fan.Ask("GET / HTTP/1.1\r\nHost: shop\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(2, asked);
    }

    [Fact]
    [Limit("Attempts of one exchange")]
    public void Retries_stop_at_their_budget()
    {
        int asked = 0;
        Func<HttpStream, Task> refuse = exchange =>
        {
            asked++;
            exchange.Abort(StreamFault.Refused);
            return Task.CompletedTask;
        };
        FanRig fan = new(true, refuse, refuse);
        for (int i = 0; i < 100; i++)
        {
            fan.Ask("GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
        }

        Assert.InRange(asked, 125, 130);
    }

    [Theory]
    [InlineData("PUT", 2)]
    [InlineData("POST", 1)]
    public void On_a_connection_that_turns_out_stale_only_an_idempotent_request_is_sent_again(string method, int dials)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Post(10));
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, Answer);
        rig.Receive(client);
        rig.Send(client, Post(3000, method));
        rig.Receive(origin);
        origin.Abort();
        rig.Settle();
        Assert.Equal(dials, rig.Origin.Dials);
        if (dials == 1)
        {
            Assert.StartsWith("HTTP/1.1 502 ", rig.Receive(client), StringComparison.Ordinal);
            return;
        }

        MemoryTransport second = rig.Origin.Accept();
        Assert.EndsWith("\r\n\r\n" + Body(3000), rig.Receive(second), StringComparison.Ordinal);
        rig.Send(second, Answer);
        Assert.EndsWith("hello", rig.Receive(client), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_was_answered_in_part_is_not_sent_again()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Post(10));
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, Answer);
        rig.Receive(client);
        rig.Send(client, "GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
        rig.Send(origin, "HTTP/1.1 2");
        origin.Abort();
        rig.Settle();
        Assert.Equal(1, rig.Origin.Dials);
        Assert.StartsWith("HTTP/1.1 502 ", rig.Receive(client), StringComparison.Ordinal);
    }

    [Fact]
    [Limit("Attempts of one exchange")]
    public void Budget_is_a_fifth_of_what_is_asked_and_ten_in_a_second()
    {
        RetryBudget budget = new();
        int taken = 0;
        for (int i = 0; i < 1000; i++)
        {
            budget.Earn();
            taken += budget.TryTake(1_000) ? 1 : 0;
        }

        Assert.InRange(taken, 209, 210);
        taken = 0;
        for (int ms = 2_000; ms < 12_000; ms += 10)
        {
            taken += budget.TryTake(ms) ? 1 : 0;
        }

        Assert.InRange(taken, 100, 111);
    }

    private static string Unchunked(string response) => response.Replace("\r\n0\r\n\r\n", "", StringComparison.Ordinal);
}
