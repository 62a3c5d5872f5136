using Weft.Contracts.Session;
using Weft.ControlPlane.Registry;

namespace Weft.ControlPlane.Traffic;

/// <summary>The cumulative cells of one run of a proxy, to tell from each report what is new in it.</summary>
internal sealed class ProxyCells(string service, string epoch)
{
    private readonly Dictionary<CellKey, Cumulative> _cells = [];
    private bool _needsBaseline;

    internal string Service { get; } = service;

    internal string Epoch { get; } = epoch;

    /// <summary>The session that reports; null while the proxy is away.</summary>
    internal RegistrySession? Session { get; set; }

    /// <summary>The last second, Unix time, in which the proxy was there.</summary>
    internal long LastSecond { get; set; }

    internal IReadOnlyList<BypassedConnection> Bypassed { get; set; } = [];

    /// <summary>Says that the counters ran before anybody listened: the first report only tells where they stand.</summary>
    internal void ExpectBaseline() => _needsBaseline = true;

    /// <summary>Takes a report.</summary>
    /// <returns>How many cells were dropped because the proxy has too many.</returns>
    internal int Take(TrafficReport report, Action<CellKey, CellDelta> add)
    {
        int dropped = 0;
        foreach (TrafficCell cell in report.Cells)
        {
            CellKey key = CellKey.Of(cell);
            if (!_cells.TryGetValue(key, out Cumulative? known))
            {
                if (_cells.Count >= TrafficLimits.MaxCellsPerProxy || IsTooLong(cell))
                {
                    dropped++;
                    continue;
                }

                _cells.Add(key, known = new Cumulative());
            }

            CellDelta delta = known.Advance(cell);
            if (!_needsBaseline && !delta.IsEmpty)
            {
                add(key, delta);
            }
        }

        _needsBaseline = false;
        return dropped;
    }

    /// <summary>What is open now, per cell.</summary>
    internal IEnumerable<(CellKey Key, ulong Active)> Active()
        => _cells.Where(cell => cell.Value.Active > 0).Select(cell => (cell.Key, cell.Value.Active));

    private static bool IsTooLong(TrafficCell cell)
        => Math.Max(Math.Max(cell.Source.Length, cell.Destination.Length), Math.Max(cell.Backend.Length, cell.Route.Length)) > TrafficLimits.MaxNameLength
            || Math.Max(Math.Max(cell.SourceIdentity.Length, cell.DestinationIdentity.Length), Math.Max(cell.Protocol.Length, cell.Reason.Length))
                > TrafficLimits.MaxNameLength * 4;

    private sealed class Cumulative
    {
        private readonly ulong[] _buckets = new ulong[LatencyBuckets.Count];
        private ulong _count;
        private ulong _bytes;

        internal ulong Active { get; private set; }

        internal CellDelta Advance(TrafficCell cell)
        {
            ulong bytes = cell.BytesSent + cell.BytesReceived;
            ulong[] added = new ulong[LatencyBuckets.Count];
            for (int i = 0; i < Math.Min(cell.LatencyBuckets.Count, added.Length); i++)
            {
                added[i] = Difference(cell.LatencyBuckets[i], _buckets[i]);
                _buckets[i] = cell.LatencyBuckets[i];
            }

            var delta = new CellDelta(Difference(cell.Count, _count), Difference(bytes, _bytes), added);
            (_count, _bytes, Active) = (cell.Count, bytes, cell.Active);
            return delta;
        }

        // Counters of one epoch never fall; one that does is a fault of the proxy, and no reason to show 2^64 requests.
        private static ulong Difference(ulong now, ulong before) => now > before ? now - before : 0;
    }
}
