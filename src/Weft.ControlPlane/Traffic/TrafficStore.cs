using Weft.Contracts.Session;
using Weft.ControlPlane.Registry;
using Weft.Model;

namespace Weft.ControlPlane.Traffic;

/// <summary>
/// What the proxies report, as series of three resolutions, bounded in every direction. Each exchange is counted once a side: on the client side as its
/// caller's proxy saw it, or, when the caller has none, as the callee's did; on the server side as the callee's did.
/// </summary>
internal sealed partial class TrafficStore : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SeriesTable[] _tables =
    [
        new(SeriesFamily.Mesh, Side.Client, 1),
        new(SeriesFamily.Mesh, Side.Server, 1),
        new(SeriesFamily.Service, Side.Client, TrafficLimits.MaxServices),
        new(SeriesFamily.Service, Side.Server, TrafficLimits.MaxServices),
        new(SeriesFamily.Edge, Side.Client, TrafficLimits.MaxEdges),
        new(SeriesFamily.Edge, Side.Server, TrafficLimits.MaxEdges),
        new(SeriesFamily.Workload, Side.Client, TrafficLimits.MaxWorkloads),
        new(SeriesFamily.Workload, Side.Server, TrafficLimits.MaxWorkloads),
        new(SeriesFamily.Route, Side.Client, TrafficLimits.MaxRoutes),
        new(SeriesFamily.Route, Side.Server, TrafficLimits.MaxRoutes),
    ];

    private readonly Dictionary<NamespacedName, ProxyCells> _proxies = [];
    private readonly Dictionary<NamespacedName, string> _epochs = [];
    private readonly CellReading _reading = new();
    private readonly NameTable _names = new();
    private int _cells;
    private long _dropped;

    /// <summary>Cells that were dropped because a proxy, or all of them, had too many.</summary>
    internal long Dropped => Interlocked.Read(ref _dropped);

    internal ReasonTable Reasons { get; } = new();

    /// <summary>Tells of a run of a proxy that was there before this run of the server, so that its counters are not taken for news.</summary>
    internal void Restore(NamespacedName workload, string epoch)
    {
        lock (_lock)
        {
            if (!_proxies.ContainsKey(workload))
            {
                _epochs[workload] = epoch;
            }
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
                Forget(session.Workload);
                _proxies[session.Workload] = cells = new ProxyCells(hello.Service, hello.Epoch);
                cells.NeedsBaseline = _epochs.Remove(session.Workload, out string? epoch) && epoch == hello.Epoch;
            }

            cells.Session = session;
            cells.Workload = hello.Workload;
            cells.Version = hello.Labels.GetValueOrDefault("version") ?? "";
            cells.Zone = hello.Zone;
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
                foreach (TrafficCellState cell in cells.Cells)
                {
                    SetActive(cell, 0);
                }
            }
        }
    }

    internal void Report(RegistrySession session, TrafficReport report, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (Find(session) is not { } cells)
            {
                return;
            }

            AdvanceTo(now.ToUnixTimeSeconds());
            foreach (TrafficCell cell in report.Cells)
            {
                Take(cells, cell);
            }

            cells.NeedsBaseline = false;
            cells.Bypassed = report.Bypassed.Count <= TrafficLimits.MaxBypassedPerProxy
                ? report.Bypassed
                : report.Bypassed.GetRange(0, TrafficLimits.MaxBypassedPerProxy);
        }
    }

    /// <summary>Connections that pass the proxies by, with the service whose proxy reported them.</summary>
    internal List<(string Service, BypassedConnection Connection)> Bypassed()
    {
        lock (_lock)
        {
            return [.. _proxies.Values
                .Where(proxy => proxy.Session is not null)
                .SelectMany(proxy => proxy.Bypassed.Select(connection => (proxy.Service, connection)))];
        }
    }

    /// <summary>Adds to the present second of a series what something else than a proxy's session tells of.</summary>
    internal void Add(SeriesFamily family, Side side, in SeriesKey key, Figures figures, DateTimeOffset now)
    {
        lock (_lock)
        {
            AdvanceTo(now.ToUnixTimeSeconds());
            SeriesTable table = Table(family, side);
            table.Touch(table.Of(key, _second), _second).Add(figures);
        }
    }

    private SeriesTable Table(SeriesFamily family, Side side) => _tables[((int)family * 2) + (int)side];

    private ProxyCells? Find(RegistrySession session)
        => _proxies.TryGetValue(session.Workload, out ProxyCells? cells) && ReferenceEquals(cells.Session, session) ? cells : null;

    private void Take(ProxyCells proxy, TrafficCell cell)
    {
        CellKey key = CellKey.Of(cell, proxy);
        if (proxy.Find(key) is not { } state)
        {
            if (proxy.Cells.Count >= TrafficLimits.MaxCellsPerProxy || _cells >= TrafficLimits.MaxCells || key.IsTooLong())
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            state = new TrafficCellState(key.Shared(_names), Reasons.NumberOfEnding(key.Reason));
            proxy.Cells.Add(state);
            _cells++;
        }

        _reading.Advance(state, cell);
        if (!proxy.NeedsBaseline && !_reading.Increase.IsEmpty)
        {
            Count(state);
        }

        if (state.Active != (long)cell.Active)
        {
            SeriesOf(state);
            SetActive(state, (long)Math.Min(cell.Active, int.MaxValue));
        }
    }

    private void Count(TrafficCellState state)
    {
        ref readonly CellKey key = ref state.Key;
        ReadOnlySpan<byte> packed = _reading.PackIncrease();
        foreach (Series series in SeriesOf(state))
        {
            series.Table.Add(series, _second, _reading.Increase, packed);
            if (series.Table.Family == SeriesFamily.Edge && (key.MutualTls || series.DestinationIdentity.Length == 0))
            {
                (series.SourceIdentity, series.DestinationIdentity) = (key.SourceIdentity, key.DestinationIdentity);
            }
        }
    }

    private Series[] SeriesOf(TrafficCellState state)
    {
        if (state.Series is null || Array.Exists(state.Series, static series => series.IsForgotten))
        {
            state.Series = MakeSeries(state.Key);
        }

        return state.Series;
    }

    private Series[] MakeSeries(in CellKey key)
    {
        List<Series> made = [];
        if (key.Direction == Direction.Inbound)
        {
            AddSide(made, Side.Server, key);
        }

        // The callee's view counts for the caller's only where there is no caller's view.
        if (key.Direction == Direction.Outbound || (!key.MutualTls && key.Source == SeriesKey.Unmeshed))
        {
            AddSide(made, Side.Client, key);
        }

        return [.. made];
    }

    private void AddSide(List<Series> made, Side side, in CellKey key)
    {
        Add(SeriesFamily.Mesh, new SeriesKey("mesh"));
        Add(SeriesFamily.Service, new SeriesKey(key.Destination));
        Add(SeriesFamily.Edge, new SeriesKey(key.Destination, key.Source, key.Protocol));
        Add(SeriesFamily.Route, new SeriesKey(key.Destination, "", key.Route, key.Backend, key.Template));
        if (key.Places.DestinationWorkload.Length > 0)
        {
            string served = key.Backend.Length > 0 ? key.Backend : key.Destination;
            Add(SeriesFamily.Workload, new SeriesKey(key.Places.DestinationWorkload, served, key.Places.DestinationVersion, key.Places.DestinationZone));
        }

        void Add(SeriesFamily family, in SeriesKey of)
        {
            made.Add(Table(family, side).Of(of, _second));
        }
    }

    /// <summary>What is open is told by edges and services.</summary>
    private static void SetActive(TrafficCellState state, long active)
    {
        long more = active - state.Active;
        if (more == 0)
        {
            return;
        }

        state.Active = active;
        foreach (Series series in state.Series ?? [])
        {
            series.Active += more;
            series.ActiveMutualTls += state.Key.MutualTls ? more : 0;
        }
    }

    private void Forget(NamespacedName workload)
    {
        if (_proxies.Remove(workload, out ProxyCells? cells))
        {
            _cells -= cells.Cells.Count;
            foreach (TrafficCellState cell in cells.Cells)
            {
                SetActive(cell, 0);
            }
        }
    }

    private void ForgetAway(long second)
    {
        foreach ((NamespacedName workload, ProxyCells cells) in _proxies)
        {
            if (cells.Session is null && second - cells.LastSecond > TrafficLimits.AwaySeconds)
            {
                Forget(workload);
                if (_epochs.Count < WorkloadRegistry.MaxWorkloads)
                {
                    _epochs[workload] = cells.Epoch;
                }
            }
        }
    }
}
