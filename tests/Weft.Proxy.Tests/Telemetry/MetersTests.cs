using Weft.Contracts.Session;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Testing;
using Weft.Routing;

namespace Weft.Proxy.Tests.Telemetry;

[Collection(nameof(BugTrap))]
public sealed class MetersTests
{
    private readonly ManualClock _time = new();
    private readonly Meters _meters;
    private readonly MetersFold _fold;

    public MetersTests()
    {
        _meters = new Meters(_time);
        _fold = new MetersFold([_meters]);
    }

    [Fact]
    public void An_exchange_is_counted_once_with_its_latency_bytes_and_status_class()
    {
        using (ExchangeRecord record = _meters.Open(Direction.Outbound))
        {
            record.SetEdge(Edge("shop/cart"));
            _time.AdvanceMs(4);
            record.Close(EndReason.Ok, 204, 10, 20);
        }

        FoldedSeries series = Assert.Single(_fold.Fold(), static s => s.Count > 0);
        Assert.Equal((1, 10, 20, 4_000), (series.Count, series.BytesSent, series.BytesReceived, series.LatencySumUs));
        Assert.Equal(1, series.Buckets[LatencyBuckets.IndexOf(4_000)]);
        Assert.Equal(2, series.Key.StatusClass);
        Assert.True(series.Key.Success);
        Assert.Equal("shop/cart", series.Edge.Destination);
    }

    [Fact]
    public void Latency_ends_with_the_head_of_the_answer_however_long_its_body_goes_on()
    {
        foreach (bool answered in (bool[])[true, false])
        {
            using ExchangeRecord record = _meters.Open(Direction.Outbound);
            record.SetEdge(Edge("shop/feed"));
            _time.AdvanceMs(4);
            if (answered)
            {
                record.Answer();
            }

            _time.AdvanceMs(60_000);
            record.Close(EndReason.Ok, 200, 0, 0);
        }

        FoldedSeries series = Assert.Single(_fold.Fold(), static s => s.Count > 0);
        Assert.Equal(4_000 + 60_004_000, series.LatencySumUs);
    }

    [Fact]
    public void An_open_exchange_is_active_on_its_edge_until_it_closes_and_follows_a_changed_edge()
    {
        ExchangeRecord record = _meters.Open(Direction.Outbound);
        record.SetEdge(Edge("shop/cart"));
        Assert.Equal(1, Active("shop/cart"));

        record.SetEdge(Edge("shop/cart-v2"));
        Assert.Equal((0, 1), (Active("shop/cart"), Active("shop/cart-v2")));

        record.Close(EndReason.Ok, 200, 0, 0);
        Assert.Equal((0, 0), (Active("shop/cart"), Active("shop/cart-v2")));
    }

    [Fact]
    public void Bytes_of_a_long_stream_show_before_it_ends()
    {
        using ExchangeRecord record = _meters.Open(Direction.Outbound);
        record.SetEdge(Edge("shop/redis"));
        record.AddBytes(100, 1_000);

        FoldedSeries series = Assert.Single(_fold.Fold());
        Assert.Equal((0, 100, 1_000, 1), (series.Count, series.BytesSent, series.BytesReceived, series.Active));
        record.Close(EndReason.Ok, 0, 1, 2);
        series = Assert.Single(_fold.Fold());
        Assert.Equal((1, 101, 1_002, 0), (series.Count, series.BytesSent, series.BytesReceived, series.Active));
    }

    [Fact]
    public void Closing_twice_is_a_bug_and_counts_once()
    {
        using BugTrap trap = new();
        ExchangeRecord record = _meters.Open(Direction.Inbound);
        record.SetEdge(Edge("shop/cart"));
        record.Close(EndReason.Ok, 200, 0, 0);
        record.Close(EndReason.Ok, 200, 0, 0);

        Assert.Contains("already closed", Assert.Single(trap.Bugs), StringComparison.Ordinal);
        Assert.Equal(1, _fold.Fold().Sum(static s => s.Count));
    }

    [Fact]
    public void A_stale_record_does_not_touch_the_exchange_that_took_its_place()
    {
        using BugTrap trap = new();
        ExchangeRecord first = _meters.Open(Direction.Outbound);
        first.Close(EndReason.Ok, 200, 0, 0);
        ExchangeRecord second = _meters.Open(Direction.Outbound);

        first.SetEdge(Edge("shop/cart"));
        Assert.Single(trap.Bugs);
        Assert.True(second.IsOpen);
        Assert.False(first.IsOpen);
        second.Close(EndReason.Ok, 200, 0, 0);
    }

    [Fact]
    public void Disposing_without_an_outcome_is_a_bug_and_still_counts()
    {
        using BugTrap trap = new();
        _meters.Open(Direction.Outbound).Dispose();

        Assert.Contains("without an outcome", Assert.Single(trap.Bugs), StringComparison.Ordinal);
        FoldedSeries series = Assert.Single(_fold.Fold(), static s => s.Count > 0);
        Assert.False(series.Key.Success);
    }

    [Theory]
    [InlineData(200, -1, true)]
    [InlineData(200, 0, true)]
    [InlineData(200, 5, true)]
    [InlineData(200, 14, false)]
    [InlineData(404, -1, true)]
    [InlineData(503, -1, false)]
    [InlineData(0, -1, true)]
    public void Success_is_what_the_server_does_not_blame_on_itself(int status, int grpcStatus, bool success)
    {
        Assert.Equal(success, new Ending(EndReason.Ok, status, grpcStatus, 0, 0).Success);
    }

    [Fact]
    public void Series_are_bounded_and_the_rest_is_counted_as_other_without_losing_a_request()
    {
        const int Exchanges = 5_000;
        for (int i = 0; i < Exchanges; i++)
        {
            ExchangeRecord record = _meters.Open(Direction.Outbound);
            record.SetEdge(Edge($"shop/service-{i}"));
            record.Close(EndReason.Ok, i % 2 == 0 ? 200 : 503, 1, 1);
        }

        IReadOnlyList<FoldedSeries> all = _fold.Fold();
        Assert.InRange(all.Count, Meters.SeriesMax, Meters.SeriesMax + 4);
        Assert.Equal(Exchanges, all.Sum(static s => s.Count));
        Assert.True(all.Where(static s => s.Edge.Destination == Meters.Other).Sum(static s => s.Count) > 0);
        Assert.True(_fold.Overflowed > 0);
    }

    [Fact]
    public void Counting_on_a_known_edge_allocates_nothing()
    {
        EdgeKey edge = Edge("shop/cart");
        for (int i = 0; i < 100; i++)
        {
            Count(edge);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            Count(edge);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_fold_adds_the_loops()
    {
        Meters second = new(_time);
        MetersFold fold = new([_meters, second]);
        Count(Edge("shop/cart"));
        ExchangeRecord record = second.Open(Direction.Outbound);
        record.SetEdge(Edge("shop/cart"));
        record.Close(EndReason.Ok, 200, 5, 5);
        _meters.ConnectionOpened(Direction.Inbound);
        second.ConnectionOpened(Direction.Inbound);
        second.ConnectionClosed(Direction.Inbound);

        Assert.Equal(2, Assert.Single(fold.Fold(), static s => s.Key.StatusClass == 2).Count);
        Assert.Equal(1, fold.OpenConnections);
    }

    [Fact]
    public void A_reader_on_another_thread_never_sees_more_counts_than_were_made_nor_torn_series()
    {
        const int Exchanges = 50_000;
        bool done = false;
        Exception? fault = null;
        Thread reader = new(() =>
        {
            try
            {
                long last = 0;
                while (!Volatile.Read(ref done))
                {
                    long now = _fold.Fold().Sum(static s => s.Count);
                    Assert.InRange(now, last, Exchanges);
                    last = now;
                }
            }
            catch (Exception caught)
            {
                fault = caught;
            }
        });
        reader.Start();
        for (int i = 0; i < Exchanges; i++)
        {
            ExchangeRecord record = _meters.Open(Direction.Outbound);
            record.SetEdge(Edge($"shop/service-{i % 500}"));
            record.Close(EndReason.Ok, 200, 1, 1);
        }

        Volatile.Write(ref done, true);
        reader.Join();
        Assert.Null(fault);
        Assert.Equal(Exchanges, _fold.Fold().Sum(static s => s.Count));
    }

    private void Count(in EdgeKey edge)
    {
        ExchangeRecord record = _meters.Open(Direction.Outbound);
        record.SetEdge(edge);
        record.Close(EndReason.Ok, 200, 1, 1);
    }

    private long Active(string destination) => _fold.Fold().Where(s => s.Edge.Destination == destination).Sum(static s => s.Active);

    private static EdgeKey Edge(string destination) => new()
    {
        Direction = Direction.Outbound,
        Source = "shop/web",
        SourceIdentity = "spiffe://mesh.local/ns/shop/svc/web",
        Destination = destination,
        Protocol = ExchangeProtocol.Http1,
        MutualTls = true,
    };
}
