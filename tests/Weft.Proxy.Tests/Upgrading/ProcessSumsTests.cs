using Weft.Contracts.Session;
using Weft.Proxy.Detection;
using Weft.Proxy.Engine;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Testing;
using Weft.Proxy.Upgrading;
using Weft.Routing;
using Xunit;

namespace Weft.Proxy.Tests.Upgrading;

public sealed class ProcessSumsTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Every_counter_that_a_scrape_shows_is_handed_over()
    {
        Meters old = Busy(times: 3);
        ProcessSums told = new(_clock);
        Send(old, told);
        Assert.Equal(Page([old], []), Page([new Meters(_clock)], [told.Meters]));
    }

    [Fact]
    public void Sums_of_several_processes_add_up_and_what_ended_has_nothing_open()
    {
        ProcessSums first = new(_clock);
        ProcessSums second = new(_clock);
        Send(Busy(times: 2), first);
        Send(Busy(times: 5), second);
        MetersFold both = new([first.With(second).Meters]);
        Assert.Equal(7, both.Fold().Single(static s => s.Count > 0).Count);
        Assert.Equal(7, both.Rejected(EndReason.Overloaded));
        Assert.Equal(14, both.ConnectionsOpened(Direction.Inbound));
        Assert.Equal(0, both.OpenConnections);
        Assert.Equal(0, both.Active);
    }

    [Fact]
    public void Only_what_has_changed_is_told_again()
    {
        Meters meters = Busy(times: 1);
        (HandoverChannel near, int far) = HandoverChannel.Open();
        using HandoverChannel other = new(far);
        SumsSender sender = new(new MetersFold([meters]), () => [("dns_queries", 4)]);
        Assert.True(sender.Send(near, 100));
        ProcessSums sums = new(_clock);
        Assert.True(Take(other, sums) > 0);
        Assert.Equal(4, sums.Figures["dns_queries"]);
        Assert.True(sender.Send(near, 100));
        Assert.Equal(0, Take(other, sums));
        near.Dispose();
    }

    [Fact]
    public void A_name_that_this_version_does_not_know_breaks_nothing()
    {
        ProcessSums sums = new(_clock);
        sums.Take(HandoverMessage.Figure, "rejected.FROM_THE_FUTURE 3"u8);
        sums.Take(HandoverMessage.Figure, "found.quic 3"u8);
        sums.Take(HandoverMessage.Figure, "nonsense"u8);
        sums.Take(HandoverMessage.Figure, "negative -1"u8);
        sums.Take(HandoverMessage.Cell, [0xff, 0xff, 0xff]);
        Assert.Equal(3, sums.Meters.Rejected(EndReason.InternalError));
        Assert.Empty(sums.Figures);
    }

    private Meters Busy(int times)
    {
        Meters meters = new(_clock);
        for (int i = 0; i < times; i++)
        {
            ExchangeRecord record = meters.Open(Direction.Inbound);
            _clock.AdvanceMs(7);
            record.Close(EndReason.Ok, 200, 10, 20);
            foreach (EndReason reason in Enum.GetValues<EndReason>())
            {
                meters.Reject(reason);
            }

            foreach (Detected found in Enum.GetValues<Detected>()[1..])
            {
                meters.Found(found);
            }

            meters.ConnectionOpened(Direction.Inbound);
            meters.ConnectionOpened(Direction.Inbound);
            meters.ConnectionClosed(Direction.Inbound);
            meters.ConnectionOpened(Direction.Outbound);
        }

        return meters;
    }

    private static string Page(IReadOnlyList<Meters> own, IReadOnlyList<Meters> inherited) => new MetricsPage(new MetersFold(own, () => inherited)).Render(MetricsFormat.Prometheus, default, default, []);

    private static void Send(Meters from, ProcessSums to)
    {
        (HandoverChannel near, int far) = HandoverChannel.Open();
        using HandoverChannel other = new(far);
        Assert.True(new SumsSender(new MetersFold([from]), static () => []).Send(near, 100));
        near.Dispose();
        Take(other, to);
        Assert.True(other.IsBroken);
    }

    private static int Take(HandoverChannel from, ProcessSums to)
    {
        int count = 0;
        while (from.TryReceive(out HandoverMessage kind, out ReadOnlySpan<byte> payload, out _))
        {
            to.Take(kind, payload);
            count++;
        }

        return count;
    }
}
