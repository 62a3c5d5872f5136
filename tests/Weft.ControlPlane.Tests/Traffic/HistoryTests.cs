using Weft.Contracts.Session;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Tests.Support;
using Weft.ControlPlane.Traffic;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests.Traffic;

/// <summary>The store beside a list of everything that ever happened.</summary>
public sealed class HistoryTests : IDisposable
{
    private static readonly string[] Services = ["shop/cart", "shop/pay", "bank/ledger"];
    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly Random _random = new(7);
    private readonly List<(long Second, string Destination, ulong Count, ulong Failures)> _happened = [];
    private readonly Dictionary<string, TrafficCell> _cells = [];
    private RegistrySession _session = new(new NamespacedName("shop", "web-1"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_window_adds_up_to_what_happened_in_it()
    {
        using TrafficStore store = new();
        Open(store, "e1");
        Live(store, 2_000);
        CheckWindows(store, 60);
    }

    [Fact]
    public void Steps_of_a_series_add_up_to_what_happened_in_them()
    {
        using TrafficStore store = new();
        Open(store, "e1");
        Live(store, 400);
        long now = _time.Now.ToUnixTimeSeconds();
        long from = (now - 300) / 10 * 10;
        Figures?[] steps = store.Steps(SeriesFamily.Service, Side.Client, (from, now + 1), 10, key => key.Subject == "shop/cart");
        for (int i = 0; i < steps.Length; i++)
        {
            (long start, long end) = (from + (i * 10), from + (i * 10) + 10);
            Assert.Equal(Happened("shop/cart", start, end).Count, steps[i]?.Count ?? 0);
        }
    }

    [Fact]
    public void What_was_kept_is_there_after_a_restart_and_counting_goes_on_without_a_gap()
    {
        using (TrafficStore store = Reopen())
        {
            Open(store, "e1");
            Live(store, 700);
            store.Stop();
        }

        // The proxy goes on while the server is away; what it did comes with its first report.
        _time.Advance(40);
        Happen(store: null, report: false);
        using (TrafficStore store = Reopen())
        {
            Open(store, "e1");
            Report(store);
            long now = _time.Now.ToUnixTimeSeconds();
            Assert.Equal(Happened("shop/cart", 0, long.MaxValue).Count, Sum(store, "shop/cart", now - 3_000, now + 1).Count);
            Live(store, 400);
            CheckWindows(store, 40, since: now + 1);
            store.Stop();
        }
    }

    [Fact]
    public void After_an_abrupt_end_coarse_steps_are_made_again_from_fine_ones()
    {
        long written;
        using (TrafficStore store = Reopen())
        {
            Open(store, "e1");
            Live(store, 400);

            // Everything up to the last half minute is on file; nothing else is.
            written = _time.Now.ToUnixTimeSeconds() / 30 * 30;
        }

        _time.Advance(3_000);
        using TrafficStore again = Reopen();
        long now = _time.Now.ToUnixTimeSeconds();
        (ulong count, ulong failures) = Happened("shop/pay", 0, written);
        Figures sum = Sum(again, "shop/pay", now - (3_600 * 3), now + 1);
        Assert.Equal((count, failures), (sum.Count, sum.Failures));
    }

    [Fact]
    public void A_damaged_history_is_moved_aside_and_begun_anew()
    {
        File.WriteAllText(_folder.File("history.db"), new string('x', 100_000));
        using TrafficStore store = Reopen();
        Open(store, "e1");
        Live(store, 60);
        CheckWindows(store, 5);
        Assert.True(File.Exists(_folder.File("history.db.unusable")));
    }

    [Fact]
    public void A_week_of_traffic_leaves_memory_as_it_was_after_an_hour()
    {
        using TrafficStore store = Reopen();
        Open(store, "e1");
        long hour = 0;
        for (int minute = 0; minute < 7 * 24 * 60; minute++)
        {
            for (int second = 0; second < 60; second += 15)
            {
                _time.Advance(15);
                Happen(store, report: true);
                store.Advance(_time.Now);
            }

            store.Flush();
            _happened.Clear();
            if (minute == 60)
            {
                hour = store.OpenBytes + store.CachedBytes;
            }
        }

        Assert.Equal(0, store.LostPoints);
        Assert.InRange(store.OpenBytes, 0, hour * 2);
        Assert.InRange(store.CachedBytes, 0, TrafficLimits.CachedBytesMax);
        Assert.NotEqual(0UL, Sum(store, "shop/cart", _time.Now.ToUnixTimeSeconds() - (6 * 24 * 3_600), _time.Now.ToUnixTimeSeconds()).Count);
    }

    private TrafficStore Reopen() => TrafficStore.Open(HistoryFile.Open(_folder.File("history.db")), _time.Now);

    private void Open(TrafficStore store, string epoch)
    {
        _session = new RegistrySession(new NamespacedName("shop", "web-1"));
        Hello hello = Workloads.Hello("web", "web-1");
        hello.Epoch = epoch;
        store.Open(_session, hello);
    }

    private void Live(TrafficStore store, int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            if (_random.Next(3) > 0)
            {
                Happen(store, report: true);
            }

            _time.Advance(1);
            store.Advance(_time.Now);
            if (_random.Next(5) == 0)
            {
                store.Flush();
            }
        }

        store.Flush();
    }

    /// <summary>Some exchanges, as cumulative cells.</summary>
    private void Happen(TrafficStore? store, bool report)
    {
        string destination = Services[_random.Next(Services.Length)];
        bool success = _random.Next(4) > 0;
        string name = destination + success;
        if (!_cells.TryGetValue(name, out TrafficCell? cell))
        {
            _cells.Add(name, cell = new TrafficCell
            {
                Source = "shop/web",
                Destination = destination,
                Protocol = "http1",
                StatusClass = success ? 2u : 5u,
                Reason = "OK",
                MutualTls = true,
                Success = success,
            });
        }

        ulong count = (ulong)_random.Next(1, 300);
        cell.Count += count;
        cell.BytesSent += count * 100;
        _happened.Add((_time.Now.ToUnixTimeSeconds(), destination, count, success ? 0 : count));
        if (report)
        {
            Report(store!);
        }
    }

    private void Report(TrafficStore store) => store.Report(_session, new TrafficReport { Cells = [.. _cells.Values] }, _time.Now);

    private void CheckWindows(TrafficStore store, int windows, long since = 0)
    {
        long now = _time.Now.ToUnixTimeSeconds();
        long first = Math.Max(since, _happened.Select(item => item.Second).DefaultIfEmpty(now).Min());
        for (int i = 0; i < windows; i++)
        {
            long to = now + 1 - _random.Next(0, 300);
            long from = Math.Max(Math.Max(first, now - 890), to - _random.Next(1, 800));
            string destination = Services[_random.Next(Services.Length)];
            Figures sum = Sum(store, destination, from, to);
            Assert.Equal(Happened(destination, from, to), (sum.Count, sum.Failures));
        }
    }

    private (ulong Count, ulong Failures) Happened(string destination, long from, long to)
    {
        ulong count = 0, failures = 0;
        foreach ((long second, string called, ulong more, ulong failed) in _happened)
        {
            if (called == destination && second >= from && second < to)
            {
                count += more;
                failures += failed;
            }
        }

        return (count, failures);
    }

    private static Figures Sum(TrafficStore store, string destination, long from, long to)
        => store.Sum(SeriesFamily.Service, Side.Client, (from, to), key => key.Subject == destination).Select(sum => sum.Figures).SingleOrDefault(new Figures());
}
