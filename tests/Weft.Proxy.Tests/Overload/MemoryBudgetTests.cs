using Weft.Proxy.Buffers;
using Weft.Proxy.Overload;
using Weft.Proxy.Tests.Testing;
using Weft.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Overload;

/// <summary>What happens to those whose buffers would have to grow when there is no memory left: they are given up, and nothing grows.</summary>
public sealed unsafe class MemoryBudgetTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n";

    [Fact]
    public void What_is_kept_can_be_had_when_the_budget_is_used_up_and_nothing_else_can()
    {
        MemoryBudget budget = new();
        budget.Set(SlabPool.Small);
        SlabPool pool = new() { Budget = budget };
        Assert.True(pool.MayRent(1));
        byte* slab = pool.Rent(1, out int size);
        Assert.Equal(SlabPool.Small, size);
        Assert.Equal(0, budget.Left);
        Assert.False(pool.MayRent(1));
        pool.Return(slab, size);
        Assert.True(pool.MayRent(SlabPool.Small));
        Assert.False(pool.MayRent(SlabPool.Small + 1));
        Assert.False(pool.MayRent(SlabPool.Huge + 1));
        pool.Trim();
        Assert.False(pool.MayRent(1));
        budget.Set(1);
        Assert.True(pool.MayRent(SlabPool.Huge + 1));
    }

    [Fact]
    public void A_queue_that_has_room_may_be_filled_without_memory()
    {
        MemoryBudget budget = new();
        SlabPool pool = new() { Budget = budget };
        ByteQueue queue = new(pool);
        queue.Append("hello"u8);
        budget.Set(0);
        Assert.True(queue.MayReserve(SlabPool.Small - 5));
        Assert.False(queue.MayReserve(SlabPool.Small));
        queue.Release();
        pool.Trim();
        Assert.False(queue.MayReserve(1));
    }

    [Fact]
    public void More_than_a_queue_holds_or_was_given_is_refused()
    {
        ByteQueue queue = new(new SlabPool());
        queue.Append("hello"u8);
        Assert.Throws<ArgumentOutOfRangeException>(() => Try(queue, static (ref ByteQueue q) => q.Consume(6)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Try(queue, static (ref ByteQueue q) => q.Consume(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Try(queue, static (ref ByteQueue q) => q.ConsumeKeeping(6)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Try(queue, static (ref ByteQueue q) => q.Commit(SlabPool.Small - 4)));
        queue.Commit(SlabPool.Small - 5);
        Assert.Equal(SlabPool.Small, queue.Length);
    }

    [Fact]
    [Limit("100 %")]
    public void Buffers_that_grow_are_seen_in_the_same_turn()
    {
        RelayRig rig = new();
        MemoryBudget budget = new();
        budget.Set(SlabPool.Large);
        rig.Loop.Pool.Budget = budget;
        OverloadLadder ladder = new(rig.Loop, rig.Drain, () => budget.IsUsedUp ? 1 : 0);
        byte* slab = rig.Loop.Pool.Rent(SlabPool.Large, out int size);
        Assert.Equal(LoadLevel.Normal, ladder.Level);
        rig.Loop.RunOnce();
        Assert.Equal(LoadLevel.Refuse, ladder.Level);
        rig.Loop.Pool.Return(slab, size);
    }

    [Fact]
    [Limit("100 %")]
    public void A_new_connection_takes_from_the_budget_before_it_has_buffers()
    {
        RelayRig rig = new();
        MemoryBudget budget = new();
        budget.Set(60 * 1024);
        rig.Loop.Pool.Budget = budget;
        OverloadLadder ladder = new(rig.Loop, rig.Drain, () => budget.IsUsedUp ? 1 : 0);
        int admitted = 0;
        while (ladder.Admits())
        {
            admitted++;
        }

        Assert.Equal(3, admitted);
    }

    [Theory]
    [Limit("100 %")]
    [InlineData(false)]
    [InlineData(true)]
    public void An_answer_for_which_there_is_no_memory_becomes_503(bool pair)
    {
        RelayRig rig = new(pair);
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        UseUp(rig);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        string answer = rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("retry-after: 1", answer, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("OVERLOADED=", rig.Refused(), StringComparison.Ordinal);
        client.Close();
        rig.Settle();
        Assert.Equal(0, rig.Loop.Pool.RentedBytes);
    }

    [Fact]
    [Limit("100 %")]
    public void A_reader_that_is_too_slow_is_cut_off_when_more_memory_would_be_needed()
    {
        RelayRig rig = new(capacity: 16 * 1024);
        MemoryTransport client = rig.Connect();
        rig.Send(client, Get);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        byte[] piece = new byte[16 * 1024];
        _ = origin.TrySend(piece);
        rig.Settle();
        _ = origin.TrySend(piece);
        rig.Settle();
        long held = rig.Loop.Pool.RentedBytes;
        Assert.InRange(held, 1, 128 * 1024);
        UseUp(rig);
        for (int i = 0; i < 20 && origin.TrySend(piece) > 0; i++)
        {
            rig.Settle();
            Assert.InRange(rig.Loop.Pool.RentedBytes, 0, held);
        }

        rig.Settle();
        Assert.Equal("OVERLOADED=1", rig.Refused());
        Assert.True(client.IsPeerReset);
        Assert.Equal(0, rig.Loop.Pool.RentedBytes);
    }

    [Fact]
    [Limit("100 %")]
    public void An_answer_without_memory_ends_its_stream_alone()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, RawHttp2.Get());
        rig.Settle();
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        long left = UseUp(rig);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        Assert.Equal("HEADERS/1", client.Seen());
        Assert.Equal("OVERLOADED=1", rig.Refused());
        rig.Loop.Pool.Budget!.Set(left);
        client.Headers(3, RawHttp2.Get());
        rig.Settle();
        MemoryTransport second = rig.Origin.Accept();
        rig.Receive(second);
        rig.Send(second, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        Assert.Equal("HEADERS/3 DATA/3", client.Seen());
    }

    private delegate void Use(ref ByteQueue queue);

    private static void Try(ByteQueue queue, Use use) => use(ref queue);

    /// <summary>Leaves no memory, neither to make nor to reuse; what there was before.</summary>
    private static long UseUp(RelayRig rig)
    {
        rig.Loop.Pool.Budget ??= new MemoryBudget();
        long left = rig.Loop.Pool.Budget.Left;
        rig.Loop.Pool.Budget.Set(0);
        rig.Loop.Pool.Trim();
        return left;
    }
}
