using Weft.Contracts.Session;
using Weft.ControlPlane.Registry;
using Weft.Model;

namespace Weft.ControlPlane.Traffic;

/// <summary>What the proxies report, second by second, bounded in every direction. Each exchange is counted once: as its caller's proxy saw it, or,
/// when the caller has none, as the callee's did.</summary>
internal sealed class TrafficStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EdgeKey, TrafficSeries> _series = [];
    private readonly Dictionary<NamespacedName, ProxyCells> _proxies = [];
    private readonly Dictionary<NamespacedName, string> _epochs = [];
    private int _points;
    private long _dropped;

    /// <summary>Cells that were dropped because a proxy had too many.</summary>
    internal long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Tells of a run of a proxy that was there before this run of the server, so that its counters are not taken for news.</summary>
    internal void Restore(NamespacedName workload, string epoch)
    {
        lock (_lock)
        {
            _epochs[workload] = epoch;
        }
    }

    internal void Open(RegistrySession session, Hello hello)
    {
        lock (_lock)
        {
            // A proxy that only reconnects goes on where it was; one that was started anew counts from zero.
            bool isKnown = _proxies.TryGetValue(session.Workload, out ProxyCells? cells) && cells.Epoch == hello.Epoch;
            if (!isKnown || cells is null)
            {
                _proxies[session.Workload] = cells = new ProxyCells(hello.Service, hello.Epoch);
                if (_epochs.Remove(session.Workload, out string? epoch) && epoch == hello.Epoch)
                {
                    cells.ExpectBaseline();
                }
            }

            cells.Session = session;
        }
    }

    internal void Close(RegistrySession session, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (Find(session) is { } cells)
            {
                cells.Session = null;
                cells.LastSecond = now.ToUnixTimeSeconds();
            }
        }
    }

    internal void Report(RegistrySession session, TrafficReport report, DateTimeOffset now)
    {
        long second = now.ToUnixTimeSeconds();
        lock (_lock)
        {
            if (Find(session) is not { } cells)
            {
                return;
            }

            int dropped = cells.Take(report, (key, delta) => Add(second, key, delta));
            Interlocked.Add(ref _dropped, dropped);
            cells.Bypassed = report.Bypassed.Count <= TrafficLimits.MaxBypassedPerProxy
                ? report.Bypassed
                : report.Bypassed.GetRange(0, TrafficLimits.MaxBypassedPerProxy);
        }
    }

    /// <summary>Forgets what is too old, and more when there is too much. To be called about once a second.</summary>
    internal void Trim(DateTimeOffset now)
    {
        lock (_lock)
        {
            long second = now.ToUnixTimeSeconds();
            foreach ((NamespacedName workload, ProxyCells cells) in _proxies)
            {
                if (cells.Session is null && second - cells.LastSecond > TrafficLimits.WindowSeconds)
                {
                    _proxies.Remove(workload);
                    if (_epochs.Count < WorkloadRegistry.MaxWorkloads)
                    {
                        _epochs[workload] = cells.Epoch;
                    }
                }
            }

            for (int keep = TrafficLimits.WindowSeconds; ; keep /= 2)
            {
                foreach ((EdgeKey key, TrafficSeries series) in _series)
                {
                    _points -= series.TrimBefore(second - keep);
                    if (series.Count == 0)
                    {
                        _series.Remove(key);
                    }
                }

                if (_points <= TrafficLimits.MaxPoints || keep <= 1)
                {
                    return;
                }
            }
        }
    }

    /// <summary>Adds up the last seconds of every series, and what is open now.</summary>
    /// <param name="since">Seconds from this one on, Unix time.</param>
    internal Dictionary<EdgeKey, EdgeSum> Sum(long since)
    {
        Dictionary<EdgeKey, EdgeSum> sums = [];
        lock (_lock)
        {
            foreach ((EdgeKey key, TrafficSeries series) in _series)
            {
                foreach (TrafficPoint point in series.Since(since))
                {
                    Of(sums, key).Add(point);
                }
            }

            foreach ((CellKey key, ulong active) in Connected().SelectMany(proxy => proxy.Active()).Where(item => Counts(item.Key)))
            {
                bool isKept = _series.ContainsKey(key.Edge) || _series.Count < TrafficLimits.MaxSeries;
                Of(sums, isKept ? key.Edge : EdgeKey.Other).AddActive(active, key.MutualTls);
            }
        }

        return sums;
    }

    /// <summary>Connections that pass the proxies by, with the service whose proxy reported them.</summary>
    internal List<(string Service, BypassedConnection Connection)> Bypassed()
    {
        lock (_lock)
        {
            return [.. Connected().SelectMany(proxy => proxy.Bypassed.Select(connection => (proxy.Service, connection)))];
        }
    }

    private ProxyCells? Find(RegistrySession session)
        => _proxies.TryGetValue(session.Workload, out ProxyCells? cells) && ReferenceEquals(cells.Session, session) ? cells : null;

    private IEnumerable<ProxyCells> Connected() => _proxies.Values.Where(proxy => proxy.Session is not null);

    private void Add(long second, in CellKey key, CellDelta delta)
    {
        if (!Counts(key))
        {
            return;
        }

        EdgeKey edge = key.Edge;
        if (!_series.TryGetValue(edge, out TrafficSeries? series))
        {
            edge = _series.Count < TrafficLimits.MaxSeries ? edge : EdgeKey.Other;
            if (!_series.TryGetValue(edge, out series))
            {
                _series.Add(edge, series = new TrafficSeries());
            }
        }

        _points += series.Add(second, key, delta) ? 1 : 0;
    }

    /// <summary>The callee's view counts only where there is no caller's view.</summary>
    private static bool Counts(in CellKey key) => key.Direction == Direction.Outbound || (!key.MutualTls && key.Edge.Source == EdgeKey.Unmeshed);

    private static EdgeSum Of(Dictionary<EdgeKey, EdgeSum> sums, EdgeKey key)
    {
        if (!sums.TryGetValue(key, out EdgeSum? sum))
        {
            sums.Add(key, sum = new EdgeSum());
        }

        return sum;
    }
}
