using System.Text;
using Weft.Proxy.Tests.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Paths;

/// <summary>In steady state an exchange costs no allocation, however many wait at once.</summary>
public sealed class AllocationTests
{
    private static readonly byte[] Get = Encoding.ASCII.GetBytes("GET /a HTTP/1.1\r\nHost: shop\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n");
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: origin\r\n\r\nhello");

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 32)]
    [InlineData(true, 1)]
    [InlineData(true, 32)]
    public void Http_exchanges_allocate_nothing(bool pair, int clients)
    {
        RelayRig rig = new(pair);
        List<MemoryTransport> origins = [];
        rig.Origin.OnAccept = origins.Add;
        MemoryTransport[] all = [.. Enumerable.Range(0, clients).Select(_ => rig.Connect())];
        byte[] buffer = new byte[64 * 1024];
        long answered = 0;
        Assert.Equal(0, Allocations.Fewest(() => answered += Round(rig, all, origins, buffer, Get, Answer)));
        Assert.True(answered > 1000 * clients);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_body_that_is_kept_until_the_answer_allocates_nothing(bool pair)
    {
        RelayRig rig = new(pair);
        List<MemoryTransport> origins = [];
        rig.Origin.OnAccept = origins.Add;
        MemoryTransport[] all = [.. Enumerable.Range(0, 8).Select(_ => rig.Connect())];
        byte[] buffer = new byte[64 * 1024];
        byte[] put = [.. "PUT /a HTTP/1.1\r\nHost: shop\r\nContent-Length: 20000\r\n\r\n"u8, .. new byte[20_000]];
        long answered = 0;
        Assert.Equal(0, Allocations.Fewest(() => answered += Round(rig, all, origins, buffer, put, Answer)));
        Assert.True(answered > 8000);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Exchanges_with_flow_records_allocate_nothing(bool pair, bool considered)
    {
        RelayRig rig = new(pair, flows: true);
        rig.Settings.Publish(rig.Settings.Value with { SampleShare = 0.5, WantsConsidered = considered, HeaderNames = considered ? ["user-agent"u8.ToArray()] : [] });
        List<MemoryTransport> origins = [];
        rig.Origin.OnAccept = origins.Add;
        MemoryTransport[] all = [.. Enumerable.Range(0, 8).Select(_ => rig.Connect())];
        byte[] buffer = new byte[64 * 1024];
        long answered = 0;
        Assert.Equal(0, Allocations.Fewest(() => answered += Round(rig, all, origins, buffer, Get, Answer)));
        Assert.True(answered > 8000);
        Assert.Equal(answered * (pair ? 2 : 1), rig.Flows!.Recent.Written + rig.Flows.Kept.Written);
    }

    [Fact]
    public void A_call_with_a_deadline_allocates_nothing()
    {
        RelayRig rig = new(pair: true);
        List<MemoryTransport> origins = [];
        rig.Origin.OnAccept = origins.Add;
        MemoryTransport[] all = [.. Enumerable.Range(0, 8).Select(_ => rig.Connect())];
        byte[] buffer = new byte[64 * 1024];
        byte[] call = [.. "POST /a HTTP/1.1\r\nHost: shop\r\nContent-Type: application/grpc\r\ngrpc-timeout: 10S\r\nContent-Length: 8\r\n\r\n"u8, .. new byte[8]];
        long answered = 0;
        Assert.Equal(0, Allocations.Fewest(() => answered += Round(rig, all, origins, buffer, call, Answer)));
        Assert.True(answered > 8000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Opaque_streams_allocate_nothing(bool pair)
    {
        RelayRig rig = new(pair, opaque: true);
        List<MemoryTransport> origins = [];
        rig.Origin.OnAccept = origins.Add;
        MemoryTransport[] all = [.. Enumerable.Range(0, 8).Select(_ => rig.Connect())];
        byte[] buffer = new byte[64 * 1024];
        byte[] message = new byte[128];
        long answered = 0;
        Assert.Equal(0, Allocations.Fewest(() => answered += Round(rig, all, origins, buffer, message, message)));
        Assert.True(answered > 8000);
    }

    /// <summary>Every client asks, every origin answers, every client reads; the answers read.</summary>
    private static int Round(RelayRig rig, MemoryTransport[] clients, List<MemoryTransport> origins, byte[] buffer, byte[] request, byte[] answer)
    {
        foreach (MemoryTransport client in clients)
        {
            client.TrySend(request);
        }

        rig.Settle();
        foreach (MemoryTransport origin in origins)
        {
            if (origin.TryReceive(buffer) > 0)
            {
                origin.TrySend(answer);
            }
        }

        rig.Settle();
        int answered = 0;
        foreach (MemoryTransport client in clients)
        {
            answered += client.TryReceive(buffer) > 0 ? 1 : 0;
        }

        return answered;
    }
}
