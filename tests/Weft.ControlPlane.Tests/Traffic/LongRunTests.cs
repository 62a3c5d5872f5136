using Weft.Contracts.Session;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Tests.Support;
using Weft.ControlPlane.Traffic;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests.Traffic;

/// <summary>A week goes by on a clock that is moved by hand.</summary>
[Collection(nameof(WholeHeap))]
public sealed class LongRunTests : IDisposable
{
    private const int Edges = 12;
    private const int ReportSeconds = 30;
    private const long SlackBytes = 1024 * 1024;
    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Five_more_days_of_points_take_no_more_memory_than_the_cache_may_have()
    {
        using TrafficStore store = TrafficStore.Open(HistoryFile.Open(_folder.File("history.db")), _time.Now);
        RegistrySession session = new(new NamespacedName("shop", "web-1"));
        store.Open(session, new Hello { Workload = "shop/web-1", Service = "shop/web", Epoch = "e1" });
        TrafficCell[] cells = [.. Enumerable.Range(0, Edges).Select(static i => new TrafficCell
        {
            Source = "shop/web", Destination = $"shop/s{i}", Protocol = "http1", StatusClass = 2, Reason = "OK", Success = true, Template = "/things/{id}",
        })];
        long afterTwo = Live(store, session, cells, days: 2);
        long afterSeven = Live(store, session, cells, days: 5);
        Assert.True(afterSeven - afterTwo < SlackBytes, $"{afterTwo} bytes after two days, {afterSeven} after seven");
        Assert.InRange(store.CachedBytes, 1, TrafficLimits.CachedBytesMax);
        Assert.Equal(0, store.LostPoints);

        // The days are really there: each minute of the week has its point.
        long now = _time.Now.ToUnixTimeSeconds() / 60 * 60;
        Figures?[] minutes = store.Steps(SeriesFamily.Service, Side.Client, (now - (6 * 86_400), now), 3_600, static key => key.Subject == "shop/s0");
        Assert.All(minutes, static hour => Assert.True(hour?.Count > 0));
    }

    /// <summary>Lets days go by.</summary>
    /// <returns>Bytes that are alive afterwards, beside the packed blocks that the cache keeps within its bound.</returns>
    private long Live(TrafficStore store, RegistrySession session, TrafficCell[] cells, int days)
    {
        for (int i = 0; i < days * 86_400 / ReportSeconds; i++)
        {
            _time.Advance(ReportSeconds);
            foreach (TrafficCell cell in cells)
            {
                cell.Count += (ulong)(1 + (i % 7));
                cell.LatencySumUs += 900;
            }

            TrafficReport report = new();
            report.Cells.AddRange(cells);
            store.Report(session, report, _time.Now);
            store.Advance(_time.Now);
            store.Flush();
        }

        return GC.GetTotalMemory(forceFullCollection: true) - store.CachedBytes;
    }
}
