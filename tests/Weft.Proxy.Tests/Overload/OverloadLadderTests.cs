using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Listening;
using Weft.Proxy.Overload;
using Weft.Proxy.Tests.Testing;
using Weft.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Overload;

/// <summary>The ladder with a gauge that the test turns, over memory.</summary>
public sealed class OverloadLadderTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n";
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    [Theory]
    [Limit("100 %")]
    [Limit("95 %")]
    [Limit("90 %")]
    [Limit("80 %")]
    [InlineData(0.79, (int)LoadLevel.Normal)]
    [InlineData(0.8, (int)LoadLevel.ShortIdle)]
    [InlineData(0.9, (int)LoadLevel.NoKeepAlive)]
    [InlineData(0.95, (int)LoadLevel.Shed)]
    [InlineData(1.0, (int)LoadLevel.Refuse)]
    public void Each_step_has_its_mark(double pressure, int level)
    {
        RelayRig rig = new();
        Assert.Equal((LoadLevel)level, new OverloadLadder(rig.Loop, rig.Drain, () => pressure).Look());
    }

    [Fact]
    [Limit("80 %")]
    public void From_80_percent_connections_rest_a_tenth_of_the_time()
    {
        RelayRig rig = new();
        MemoryTransport before = rig.Connect();
        RawHttp2 http2 = rig.ConnectRawHttp2();
        rig.Drain.OnLoad(LoadLevel.ShortIdle);
        MemoryTransport after = rig.Connect();
        rig.Advance(5_900);
        Assert.False(before.HasEnded || after.HasEnded);
        Assert.Empty(http2.Seen());
        rig.Advance(200);
        Assert.True(before.HasEnded && after.HasEnded);
        Assert.Contains("GOAWAY:NoError", http2.Seen(), StringComparison.Ordinal);
        Assert.Empty(rig.Refused());
    }

    [Fact]
    [Limit("90 %")]
    public void From_90_percent_connections_end_with_their_present_exchange()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        RawHttp2 http2 = rig.ConnectRawHttp2();
        rig.Drain.OnLoad(LoadLevel.NoKeepAlive);
        rig.Send(origin, Answer);
        string answer = rig.Receive(client);
        Assert.Contains("connection: close", answer, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("hello", answer, StringComparison.Ordinal);
        Assert.True(client.HasEnded);
        Assert.Contains("GOAWAY:NoError", http2.Seen(), StringComparison.Ordinal);
    }

    [Fact]
    [Limit("95 %")]
    public void From_95_percent_requests_are_shed_and_those_under_way_finish()
    {
        RelayRig rig = new();
        MemoryTransport busy = rig.Connect();
        rig.Send(busy, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        MemoryTransport late = rig.Connect();
        rig.Drain.OnLoad(LoadLevel.Shed);
        rig.Send(late, Get);
        string shed = rig.Receive(late);
        Assert.StartsWith("HTTP/1.1 503 ", shed, StringComparison.Ordinal);
        Assert.Contains("retry-after: 1", shed, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("connection: close", shed, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("OVERLOADED=1", rig.Refused());
        Assert.Equal(1, rig.Origin.Dials);
        rig.Send(origin, Answer);
        Assert.EndsWith("hello", rig.Receive(busy), StringComparison.Ordinal);
        rig.Drain.OnLoad(LoadLevel.Normal);
        MemoryTransport good = rig.Connect();
        rig.Send(good, Get);
        rig.Send(origin, Answer);
        string answer = rig.Receive(good);
        Assert.EndsWith("hello", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("connection: close", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Limit("100 %")]
    public void On_the_last_step_there_is_no_room_and_below_it_there_is_again()
    {
        RelayRig rig = new();
        double pressure = 0.5;
        ConnectionBudget budget = new(10) { Ladder = new OverloadLadder(rig.Loop, rig.Drain, () => pressure) };
        Assert.True(budget.TryTake());
        pressure = 1.2;
        Assert.False(budget.TryTake());
        Assert.Equal(LoadLevel.Refuse, budget.Level);
        Assert.Equal(1, budget.Open);
        pressure = 0.2;

        // Nobody has to come for it to be noticed.
        rig.Settle();
        rig.Advance(1_100);
        Assert.Equal(LoadLevel.Normal, budget.Level);
        Assert.True(budget.TryTake());
    }

    [Theory]
    [Limit("Client connections of a proxy")]
    [InlineData(0, 10_000)]
    [InlineData(1_000_000, 10_000)]
    [InlineData(1_024, 460)]
    [InlineData(256, 96)]
    [InlineData(64, 1)]
    public void Connections_leave_descriptors_for_upstreams_admin_and_discovery(long descriptors, int connections)
        => Assert.Equal(connections, ConnectionBudget.Connections(descriptors));

    [Fact]
    public void Descriptors_and_memory_of_the_process_are_seen()
    {
        using EventLoop loop = new(new EpollPoller(), TimeProvider.System);
        ProcessPressure descriptors = new(ConnectionBudget.ReservedDescriptors + 2, default);
        descriptors.Watch(loop);
        Assert.Equal(0, descriptors.Read(1_000));
        int listening = new SocketFactory(0).Listen(NetAddress.V4(0x7f000001, 0), reusePort: false, out _);
        Listener listener = new(loop, listening, new ConnectionBudget(1), static _ => { });
        Assert.Equal(0.5, descriptors.Read(1_000));
        listener.Close();
        Assert.Equal(0, descriptors.Read(1_000));
        Assert.True(new ProcessPressure(0, new MemoryLimit(1024 * 1024)).Read(1_000) > 1);
        Assert.InRange(new ProcessPressure(0, new MemoryLimit(1L << 50)).Read(1_000), 1e-12, 0.01);
        Assert.Equal(new MemoryLimit(5), MemoryLimit.Of(5));
    }
}
