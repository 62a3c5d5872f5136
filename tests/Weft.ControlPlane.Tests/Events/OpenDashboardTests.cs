using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Events;
using Weft.ControlPlane.Flows;
using Weft.ControlPlane.Insight;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Store;
using Weft.ControlPlane.Tests.Api;
using Weft.ControlPlane.Tests.Support;
using Weft.ControlPlane.Traffic;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests.Events;

/// <summary>A day goes by, second by second, on a clock that is moved by hand, while a dashboard is open.</summary>
[Collection(nameof(WholeHeap))]
public sealed class OpenDashboardTests : IDisposable
{
    private const int Hour = 3_600;
    private const int RecordsPerSecond = 12;
    private const long SlackBytes = 2 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FlowStore _flows = new();
    private readonly TrafficCell _cell = new()
    {
        Source = "shop/web", Destination = "shop/cart", Protocol = "http1", StatusClass = 2, Reason = "OK", Success = true, MutualTls = true,
    };

    private readonly RegistrySession _session = new(new NamespacedName("shop", "web-1"));
    private TrafficStore _traffic = null!;
    private TrafficInsight _insight = null!;
    private long _events;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_day_with_the_dashboard_open_leaves_the_servers_memory_as_it_was_after_two_hours()
    {
        using FakeMesh mesh = new();
        using SqliteModelStore store = SqliteModelStore.Open(_folder.File("weft.db"), _time);
        ModelStore models = ModelStore.Open(store, _time, NullLogger.Instance);
        using TrafficStore traffic = TrafficStore.Open(HistoryFile.Open(_folder.File("history.db")), _time.GetUtcNow());
        SubscriptionIndex index = new(Workloads.View("", Workloads.Record("cart", "cart-1", "10.0.0.1"), Workloads.Record("web", "web-1", "10.0.0.2")));
        (_traffic, _insight) = (traffic, new TrafficInsight(new StoredFigures(traffic), traffic, index, new MemoryMetaStore()));
        traffic.Open(_session, new Hello { Workload = "shop/web-1", Service = "shop/web", Epoch = "e1" });
        MeshPorts ports = mesh.Ports with { Traffic = _insight };
        EventFeed feed = new(new ApiParts(models, store, new Commits(models, store, ports.Services), ports, _time), NullLogger.Instance);
        using CancellationTokenSource stop = new();
        Task running = feed.RunAsync(stop.Token);
        Channel<ServerEvent> page = feed.Hub.Open(null, out _)!;

        // The first look only remembers.
        await PassAsync(page, seconds: 1, isFirst: true);
        await PassAsync(page, 2 * Hour);
        long afterTwo = AliveBytes();
        await PassAsync(page, 22 * Hour);
        long afterDay = AliveBytes();
        await stop.CancelAsync();
        await running;
        Assert.Equal(24 * Hour, _events);
        Assert.True(afterDay - afterTwo < SlackBytes, $"{afterTwo} bytes after two hours, {afterDay} after a day");
    }

    /// <summary>What is alive, beside the packed blocks of the history, which have a bound of their own.</summary>
    private long AliveBytes() => GC.GetTotalMemory(forceFullCollection: true) - _traffic.CachedBytes;

    private async Task PassAsync(Channel<ServerEvent> page, int seconds, bool isFirst = false)
    {
        for (int i = 0; i < seconds; i++)
        {
            _cell.Count += 3;
            _traffic.Report(_session, new TrafficReport { Cells = { _cell } }, _time.GetUtcNow());
            _traffic.Advance(_time.GetUtcNow());
            _traffic.Flush();
            await _insight.UpdateAsync(_time.GetUtcNow(), CancellationToken.None);
            Record();
            _time.Advance(TimeSpan.FromSeconds(1));
            if (!isFirst)
            {
                await ReadAsync(page);
            }
        }
    }

    private void Record()
    {
        for (int i = 0; i < RecordsPerSecond; i++)
        {
            _flows.Add(new FlowRecord { RequestId = Guid.NewGuid().ToString(), StartUnixUs = _time.GetUtcNow().Ticks / 10, Method = "GET", Path = "/things/1", Status = 200 }, isTapped: false);
        }
    }

    /// <summary>Each second has one event of the map, whatever else comes.</summary>
    private async Task ReadAsync(Channel<ServerEvent> page)
    {
        ServerEvent one;
        do
        {
            one = await page.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        while (one.Name != "topology");
        _events++;
    }
}
