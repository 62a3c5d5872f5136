using Weft.Contracts.Session;
using Weft.Proxy.Detection;
using Weft.Routing;

namespace Weft.Proxy.Telemetry;

/// <summary>
/// The counters of one loop. Only that loop writes; the control thread reads through <see cref="Cells"/>.
/// A series is interned on first use; after that counting is a table look-up and a few additions, without allocation.
/// </summary>
internal sealed partial class Meters
{
    /// <summary>Bound on the series of one loop; what comes later is counted under the name "other".</summary>
    public const int SeriesMax = 2_000;

    /// <summary>Stands in for every text of a series that found no room.</summary>
    public const string Other = "other";

    private readonly TimeProvider _time;
    private readonly Dictionary<EdgeKey, MeterCell> _edges = [];
    private readonly Stack<OpenExchange> _pool = new();
    private readonly long[] _rejected = new long[EndReasons.Count];
    private readonly long[] _found = new long[Enum.GetValues<Detected>().Length];
    private readonly long[] _connectionsOpened = new long[2];
    private readonly long[] _connectionsClosed = new long[2];
    private MeterCell[] _cells = new MeterCell[16];
    private int _cellCount;
    private long _overflowed;

    public Meters(TimeProvider time)
    {
        _time = time;
    }

    /// <summary>All series so far. Safe from any thread: cells are only added, and a longer array holds the same cells.</summary>
    public ReadOnlySpan<MeterCell> Cells
    {
        get
        {
            // The count is published after the cell and after the array that holds it, so this order never sees an empty place.
            int count = Volatile.Read(ref _cellCount);
            return Volatile.Read(ref _cells).AsSpan(0, count);
        }
    }

    /// <summary>Exchanges counted under <see cref="Other"/> for want of room.</summary>
    public long Overflowed => Volatile.Read(ref _overflowed);

    public long Rejected(EndReason reason) => Volatile.Read(ref _rejected[(byte)reason]);

    public long FoundSoFar(Detected found) => Volatile.Read(ref _found[(byte)found]);

    public long ConnectionsOpened(Direction direction) => Volatile.Read(ref _connectionsOpened[(int)direction]);

    public long ConnectionsClosed(Direction direction) => Volatile.Read(ref _connectionsClosed[(int)direction]);

    /// <summary>Opens the account of one exchange.</summary>
    public ExchangeRecord Open(Direction direction)
    {
        if (!_pool.TryPop(out OpenExchange? exchange))
        {
            exchange = new OpenExchange(this);
        }

        exchange.Generation++;
        exchange.StartedAt = _time.GetTimestamp();
        exchange.AnsweredAt = 0;
        exchange.Edge = new EdgeKey { Direction = direction };
        return new ExchangeRecord(exchange);
    }

    internal void Answer(OpenExchange exchange) => exchange.AnsweredAt = _time.GetTimestamp();

    /// <summary>Counts something refused before it became an exchange: a connection over the limit, a failed handshake.</summary>
    public void Reject(EndReason reason) => Add(ref _rejected[(byte)reason]);

    /// <summary>Counts what a connection to an undeclared port turned out to speak.</summary>
    public void Found(Detected found) => Add(ref _found[(byte)found]);

    public void ConnectionOpened(Direction direction) => Add(ref _connectionsOpened[(int)direction]);

    public void ConnectionClosed(Direction direction) => Add(ref _connectionsClosed[(int)direction]);

    internal void Move(OpenExchange exchange, in EdgeKey edge)
    {
        if (exchange.EdgeCell is { } cell)
        {
            if (exchange.Edge.Equals(edge))
            {
                return;
            }

            cell.AddActive(-1);
        }

        exchange.Edge = edge;
        exchange.EdgeCell = Intern(edge);
        exchange.EdgeCell.AddActive(1);
    }

    internal void Drop(OpenExchange exchange)
    {
        exchange.EdgeCell?.AddActive(-1);
        exchange.Generation++;
        exchange.EdgeCell = null;
        _pool.Push(exchange);
    }

    internal void Close(OpenExchange exchange, in Ending ending, in ExchangeTally tally)
    {
        MeterCell first = exchange.EdgeCell ?? Intern(exchange.Edge);
        if (exchange.EdgeCell is not null)
        {
            first.AddActive(-1);
        }

        long answeredAt = exchange.AnsweredAt != 0 ? exchange.AnsweredAt : _time.GetTimestamp();
        long latencyUs = (long)_time.GetElapsedTime(exchange.StartedAt, answeredAt).TotalMicroseconds;
        Find(first, ending).CountOne(latencyUs, ending.BytesSent, ending.BytesReceived, tally);
        if (ending.Refused)
        {
            Add(ref _rejected[(byte)ending.Reason]);
        }

        exchange.Generation++;
        exchange.EdgeCell = null;
        _pool.Push(exchange);
    }

    /// <summary>The first cell of an edge, made when the edge is new. It stands for streams that end well and carries the gauge.</summary>
    private MeterCell Intern(in EdgeKey edge)
    {
        if (_edges.TryGetValue(edge, out MeterCell? cell))
        {
            return cell;
        }

        if (_cellCount >= SeriesMax)
        {
            Add(ref _overflowed);
            return InternOther(edge.Direction);
        }

        return Keep(edge);
    }

    private MeterCell InternOther(Direction direction)
    {
        EdgeKey other = new() { Direction = direction, Source = Other, Destination = Other };
        return _edges.TryGetValue(other, out MeterCell? cell) ? cell : Keep(other);
    }

    private MeterCell Keep(in EdgeKey edge)
    {
        MeterCell cell = new(edge, statusClass: 0, EndReason.Ok, success: true);
        _edges.Add(edge, cell);
        Publish(cell);
        return cell;
    }

    private MeterCell Find(MeterCell first, in Ending ending) => Find(first, ending.StatusClass, ending.Reason, ending.Success);

    private MeterCell Find(MeterCell first, int statusClass, EndReason reason, bool success)
    {
        MeterCell last = first;
        for (MeterCell? cell = first; cell is not null; cell = cell.NextOfEdge)
        {
            if (cell.StatusClass == statusClass && cell.Reason == reason && cell.Success == success)
            {
                return cell;
            }

            last = cell;
        }

        // The edge "other" may go on past the bound: its endings are few by nature (reasons × status classes).
        if (_cellCount >= SeriesMax && !ReferenceEquals(first.Edge.Destination, Other))
        {
            Add(ref _overflowed);
            return Find(InternOther(first.Edge.Direction), statusClass, reason, success);
        }

        MeterCell added = new(first.Edge, statusClass, reason, success);
        last.NextOfEdge = added;
        Publish(added);
        return added;
    }

    private void Publish(MeterCell cell)
    {
        if (_cellCount == _cells.Length)
        {
            MeterCell[] larger = new MeterCell[_cells.Length * 2];
            _cells.CopyTo(larger, 0);
            Volatile.Write(ref _cells, larger);
        }

        _cells[_cellCount] = cell;
        Volatile.Write(ref _cellCount, _cellCount + 1);
    }

    private static void Add(ref long counter) => Volatile.Write(ref counter, counter + 1);
}
