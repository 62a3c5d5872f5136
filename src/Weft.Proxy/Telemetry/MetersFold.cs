using Weft.Contracts.Session;
using Weft.Proxy.Detection;
using Weft.Routing;

namespace Weft.Proxy.Telemetry;

/// <summary>Sums the counters of all loops, on the control thread, whenever somebody asks. Bounded like one loop.</summary>
/// <param name="loops">The counters of this process.</param>
/// <param name="inherited">Those of the processes before it, which it goes on from.</param>
internal sealed class MetersFold(IReadOnlyList<Meters> loops, Func<IReadOnlyList<Meters>>? inherited = null)
{
    private readonly Dictionary<SeriesKey, FoldedSeries> _byKey = [];
    private readonly List<FoldedSeries> _series = [];

    public long Overflowed => Sum(static loop => loop.Overflowed);

    /// <summary>Exchanges open right now, over all edges.</summary>
    public long Active => _series.Sum(static series => series.Active);

    public long OpenConnections =>
        ConnectionsOpen(Direction.Outbound) + ConnectionsOpen(Direction.Inbound);

    public long ConnectionsOpen(Direction direction) =>
        Math.Max(0, ConnectionsOpened(direction) - Sum(loop => loop.ConnectionsClosed(direction)));

    public long ConnectionsOpened(Direction direction) => Sum(loop => loop.ConnectionsOpened(direction));

    public long Found(Detected found) => Sum(loop => loop.FoundSoFar(found));

    public long Rejected(EndReason reason) => Sum(loop => loop.Rejected(reason));

    /// <summary>All series with their numbers of this moment. The list is reused by the next call.</summary>
    public IReadOnlyList<FoldedSeries> Fold()
    {
        foreach (FoldedSeries series in _series)
        {
            series.Clear();
        }

        foreach (Meters loop in All())
        {
            foreach (MeterCell cell in loop.Cells)
            {
                Find(cell).Add(cell);
            }
        }

        return _series;
    }

    private FoldedSeries Find(MeterCell cell)
    {
        SeriesKey key = new(cell.Edge, cell.StatusClass, cell.Reason, cell.Success);
        if (_byKey.TryGetValue(key, out FoldedSeries? series))
        {
            return series;
        }

        if (_series.Count >= Meters.SeriesMax)
        {
            key = key with { Edge = new EdgeKey { Direction = cell.Edge.Direction, Source = Meters.Other, Destination = Meters.Other } };
            if (_byKey.TryGetValue(key, out series))
            {
                return series;
            }
        }

        series = new FoldedSeries(key);
        _byKey.Add(key, series);
        _series.Add(series);
        return series;
    }

    private IEnumerable<Meters> All() => inherited is null ? loops : loops.Concat(inherited());

    private long Sum(Func<Meters, long> number) => All().Sum(number);
}
