using System.Text.Json;
using Grpc.Core;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.ControlPlane.Flows;
using Weft.ControlPlane.Tests.Support;
using Xunit;

namespace Weft.ControlPlane.Tests.Flows;

/// <summary>Proxies that do what a test says, over real sessions.</summary>
public sealed class FlowRoomTests
{
    [Fact]
    public async Task What_both_ends_wrote_of_a_request_is_joined_and_the_last_failure_is_the_verdict()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        await using ScriptedProxy cart = await mesh.JoinAsync("shop", "cart", "cart-1");
        var webSession = await web.HelloAsync("10.0.0.1");
        var cartSession = await cart.HelloAsync("10.0.0.2");
        await SendAsync(cartSession, Record("r1", Direction.Inbound, "CONNECT_FAILED", 503, start: 2));
        await SendAsync(webSession, Record("r1", Direction.Outbound, "OK", 503, start: 1), Record("r2", Direction.Outbound, "OK", 200, start: 3));
        IExchangeView flows = mesh.Plane.Ports.Flows;
        await Eventually.TrueAsync(() => flows.List(Filter.All, 10, DateTimeOffset.UnixEpoch).Flows.Count == 3, "three records came");
        FlowStory story = (await flows.FindAsync("r1", CancellationToken.None))!;
        Assert.Equal(["shop/web-1", "shop/cart-1"], story.Hops.Select(hop => hop.Proxy));
        Assert.False(story.Ok);
        Assert.Contains("CONNECT_FAILED", story.Verdict, StringComparison.Ordinal);
        Assert.Contains("seen by the callee", story.Verdict, StringComparison.Ordinal);
        Assert.Empty(story.Asked);
        Assert.Equal("r2", Assert.Single(flows.List(Parse("status == 200"), 10, DateTimeOffset.UnixEpoch).Flows).RequestId);

        TraceItem trace = flows.ListTraces(Filter.All, 10).Items.Single(item => item.Spans == 2);
        Assert.Equal(["shop/web", "shop/cart"], flows.FindTrace(trace.TraceId)!.Spans.Select(span => span.Service));
    }

    [Fact]
    public async Task A_request_that_nobody_sent_is_asked_of_the_proxies()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        var session = await web.HelloAsync();
        Task answering = AnswerAsync(session, command =>
        {
            FlowRecord record = Record(command.Arguments["request-id"], Direction.Outbound, "OK", 200, 1);
            return (command.Verb == "flow", JsonSerializer.Serialize(record, ApiJson.Default.FlowRecord));
        });
        FlowStory story = (await mesh.Plane.Ports.Flows.FindAsync("r9", CancellationToken.None))!;
        await answering;
        Assert.Equal((true, "shop/web-1"), (story.Ok, story.Hops.Single().Proxy));
        Assert.Equal(["shop/web-1"], story.Asked);
    }

    [Fact]
    public async Task A_tap_is_opened_at_the_proxies_it_is_about_and_closed_with_its_reader()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        await using ScriptedProxy other = await mesh.JoinAsync("bank", "ledger", "ledger-1");
        var session = await web.HelloAsync("10.0.0.1");
        var otherSession = await other.HelloAsync("10.0.0.2");
        using CancellationTokenSource end = new();
        TaskCompletionSource<FlowRecord> got = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TapStatus? seen = null;
        Task<TapStatus?> tapping = mesh.Plane.Ports.Flows.TapAsync(
            new TapRequest("status >= 500", 50, "x-user", null, "shop/web"),
            (record, status) =>
            {
                seen = status;
                _ = record is not null && got.TrySetResult(record);
                return Task.CompletedTask;
            },
            end.Token);
        Command start = (await session.ReadAsync()).Command!;
        Assert.Equal(("tap-start", "status >= 500", "50", "x-user"), (start.Verb, start.Arguments["filter"], start.Arguments["max-rps"], start.Arguments["headers"]));
        FlowBatch batch = new() { Tap = start.Arguments["id"], Matched = 4, Dropped = 3, Flows = { Record("r1", Direction.Outbound, "OK", 500, 1) } };
        await session.RequestStream.WriteAsync(new ProxyMessage { Flows = batch });
        Assert.Equal("shop/web-1", (await got.Task.WaitAsync(ScriptedProxy.Patience)).Proxy);
        await Eventually.TrueAsync(() => seen is { Proxies: 1, Matched: 4, Dropped: 3 }, "the state of the tap");
        await end.CancelAsync();
        Assert.Equal(4, (await tapping)!.Matched);
        Command stop = (await session.ReadAsync()).Command!;
        Assert.Equal(("tap-stop", start.Arguments["id"]), (stop.Verb, stop.Arguments["id"]));
        otherSession.Dispose();
    }

    [Fact]
    public void The_ring_keeps_the_newest_within_its_bounds_and_finds_nothing_else()
    {
        FlowRing ring = new(100, 1_000_000);
        for (int i = 0; i < 1_000; i++)
        {
            FlowRecord record = Record($"r{i}", Direction.Outbound, "OK", 200, i);
            ring.Add(record, record.ToBytes());
        }

        Assert.Equal(100, ring.Count);
        Assert.Empty(ring.OfRequest("r899"));
        Assert.Single(ring.OfRequest("r900"));
        Assert.Equal(100, ring.OfTrace("11111111111111111111111111111111").Count());
        FlowRing small = new(100, 1_000);
        for (int i = 0; i < 50; i++)
        {
            FlowRecord record = Record($"r{i}", Direction.Outbound, "OK", 200, i);
            small.Add(record, record.ToBytes());
        }

        Assert.InRange(small.Bytes, 1, 1_000);
    }

    private static Filter Parse(string text) => Filter.TryParse(text, out Filter? filter, out _) ? filter : throw new InvalidOperationException(text);

    private static FlowRecord Record(string id, Direction direction, string reason, uint status, long start) => new()
    {
        RequestId = id,
        TraceId = id == "r2" ? [.. Enumerable.Repeat((byte)0x22, 16)] : [.. Enumerable.Repeat((byte)0x11, 16)],
        SpanId = [1, 2, 3, 4, 5, 6, 7, (byte)start],
        StartUnixUs = 1_800_000_000_000_000 + start,
        Direction = direction,
        Method = "GET",
        Host = "cart",
        Path = "/items",
        Status = status,
        Reason = reason,
        GrpcStatus = -1,
        Source = new Party { Service = "shop/web", Workload = "shop/web-1" },
        Destination = new Party { Service = "shop/cart", Workload = "shop/cart-1" },
        Timing = new Timing { TotalUs = 1_500 },
    };

    private static Task SendAsync(AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> session, params FlowRecord[] records)
        => session.RequestStream.WriteAsync(new ProxyMessage { Flows = new FlowBatch { Flows = [.. records] } });

    private static async Task AnswerAsync(AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> session, Func<Command, (bool, string)> answer)
    {
        Command command = (await session.ReadAsync()).Command!;
        (bool ok, string text) = answer(command);
        await session.RequestStream.WriteAsync(new ProxyMessage { Result = new CommandResult { Id = command.Id, Ok = ok, Text = text } });
    }
}
