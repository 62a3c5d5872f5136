using System.Text;
using Weft.Proxy.Tests.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Paths;

/// <summary>Connections of clients that rest between two requests.</summary>
public sealed class IdleConnectionTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n";
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    [Fact]
    public void A_rested_connection_serves_the_next_request()
    {
        RelayRig rig = new();
        MemoryTransport[] origins = Keep(rig);
        MemoryTransport client = rig.Connect();
        for (int i = 0; i < 3; i++)
        {
            Exchange(rig, client, origins);
            Assert.Equal(0, rig.Idle.Count);
            rig.Advance(200);
            Assert.Equal(1, rig.Idle.Count);
        }

        Assert.Equal(0, rig.Ended);
        Assert.Equal(0, rig.Drain.Open);
    }

    [Fact]
    public void A_request_that_comes_with_the_end_of_the_wait_is_served()
    {
        RelayRig rig = new();
        MemoryTransport[] origins = Keep(rig);
        MemoryTransport client = rig.Connect();
        Exchange(rig, client, origins);
        Assert.Equal(Get.Length, client.TrySend(Encoding.ASCII.GetBytes(Get)));
        rig.Advance(200);
        rig.Send(origins[0], Answer);
        Assert.EndsWith("hello", rig.Receive(client), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_head_does_not_rest()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get[..9]);
        rig.Advance(5_000);
        Assert.Equal(0, rig.Idle.Count);
        rig.Send(client, Get[9..]);
        Assert.StartsWith("GET / HTTP/1.1\r\n", rig.Receive(rig.Origin.Accept()), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_rests_too_long_is_closed_and_the_younger_one_is_not()
    {
        RelayRig rig = new();
        MemoryTransport old = rig.Connect();
        rig.Advance(30_000);
        MemoryTransport young = rig.Connect();
        rig.Advance(29_000);
        Assert.Equal((2, 0), (rig.Idle.Count, rig.Ended));
        rig.Advance(1_500);
        Assert.Equal((1, 1), (rig.Idle.Count, rig.Ended));
        Assert.True(old.HasEnded);
        Assert.False(young.HasEnded);
        rig.Advance(30_000);
        Assert.Equal((0, 2), (rig.Idle.Count, rig.Ended));
    }

    [Fact]
    public void A_peer_that_leaves_while_it_rests_is_noticed()
    {
        RelayRig rig = new();
        MemoryTransport[] origins = Keep(rig);
        MemoryTransport first = rig.Connect();
        MemoryTransport second = rig.Connect();
        MemoryTransport third = rig.Connect();
        rig.Advance(200);
        second.Close();
        rig.Settle();
        Assert.Equal((2, 1), (rig.Idle.Count, rig.Ended));
        Exchange(rig, third, origins);
        rig.Advance(200);
        first.Abort();
        rig.Settle();
        Assert.Equal((1, 2), (rig.Idle.Count, rig.Ended));
    }

    [Fact]
    public void A_drain_serves_the_request_that_is_on_its_way_and_closes_the_rest()
    {
        RelayRig rig = new();
        MemoryTransport busy = rig.Connect();
        MemoryTransport quiet = rig.Connect();
        rig.Advance(200);
        rig.Drain.Begin();
        rig.Settle();
        rig.Send(busy, Get);
        rig.Send(rig.Origin.Accept(), Answer);
        string response = rig.Receive(busy);
        Assert.Contains("connection: close", response, StringComparison.OrdinalIgnoreCase);
        rig.Advance(1_100);
        Assert.True(quiet.HasEnded);
        busy.Close();
        rig.Advance(1_100);
        Assert.Equal(2, rig.Ended);
    }

    [Fact]
    public void Taking_up_a_rested_connection_and_resting_again_allocates_nothing()
    {
        RelayRig rig = new();
        MemoryTransport[] origins = Keep(rig);
        MemoryTransport client = rig.Connect();
        byte[] get = Encoding.ASCII.GetBytes(Get);
        byte[] answer = Encoding.ASCII.GetBytes(Answer);
        byte[] buffer = new byte[1024];
        long least = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            client.TrySend(get);
            rig.Settle();
            int asked = origins[0].TryReceive(buffer);
            origins[0].TrySend(answer);
            rig.Settle();
            int answered = client.TryReceive(buffer);
            rig.Advance(200);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.InRange(asked, get.Length, 200);
            Assert.InRange(answered, answer.Length, 200);
            Assert.Equal(1, rig.Idle.Count);
        }

        Assert.Equal(0, least);
    }

    /// <summary>The newest connection to the origin, in the first place.</summary>
    private static MemoryTransport[] Keep(RelayRig rig)
    {
        MemoryTransport[] newest = new MemoryTransport[1];
        rig.Origin.OnAccept = there => newest[0] = there;
        return newest;
    }

    private static void Exchange(RelayRig rig, MemoryTransport client, MemoryTransport[] origins)
    {
        rig.Send(client, Get);
        Assert.StartsWith("GET / ", rig.Receive(origins[0]), StringComparison.Ordinal);
        rig.Send(origins[0], Answer);
        Assert.EndsWith("hello", rig.Receive(client), StringComparison.Ordinal);
    }
}
