using Weft.Contracts.Session;

namespace Weft.Proxy.Telemetry;

/// <summary>
/// Makes the traffic reports of one session: cells are cumulative since the process started, and a cell that has not
/// changed since the last report is left out. A new session starts with all of them, because its server may be new.
/// </summary>
/// <param name="fold">The figures.</param>
/// <param name="workload">Whose they are.</param>
internal sealed class TrafficReporter(MetersFold fold, WorkloadMark workload = default)
{
    private readonly Dictionary<FoldedSeries, Reported> _last = [];

    /// <summary>Forgets what was reported: the next report is whole.</summary>
    public void Restart() => _last.Clear();

    public TrafficReport Build(in ProcessFigures process, DateTimeOffset? certificateNotAfter, IEnumerable<BypassedConnection> bypassed)
    {
        TrafficReport report = new()
        {
            ResidentBytes = (ulong)process.ResidentBytes,
            CpuUs = (ulong)process.CpuUs,
            OpenConnections = (uint)fold.OpenConnections,
            CertificateNotAfterUnixS = certificateNotAfter?.ToUnixTimeSeconds() ?? 0,
        };
        foreach (FoldedSeries series in fold.Fold())
        {
            AddIfChanged(series, report.Cells);
        }

        report.Bypassed.AddRange(bypassed);
        return report;
    }

    /// <summary>The cells that have changed since the last time.</summary>
    public List<TrafficCell> TakeChanged()
    {
        List<TrafficCell> cells = [];
        foreach (FoldedSeries series in fold.Fold())
        {
            AddIfChanged(series, cells);
        }

        return cells;
    }

    private void AddIfChanged(FoldedSeries series, List<TrafficCell> cells)
    {
        Reported now = new(series.Count, series.BytesSent, series.BytesReceived, series.Active);
        if (_last.GetValueOrDefault(series) != now)
        {
            _last[series] = now;
            cells.Add(ToCell(series));
        }
    }

    private TrafficCell ToCell(FoldedSeries series)
    {
        EdgeKey edge = series.Edge;
        TrafficCell cell = new()
        {
            Direction = edge.Direction,
            Source = edge.Source,
            SourceIdentity = edge.SourceIdentity,
            Destination = edge.Destination,
            DestinationIdentity = edge.DestinationIdentity,
            Backend = edge.Backend,
            Route = edge.Route,
            Protocol = SeriesNames.Of(edge.Protocol),
            StatusClass = (uint)series.Key.StatusClass,
            Reason = SeriesNames.Of(series.Key.Reason),
            MutualTls = edge.MutualTls,
            Success = series.Key.Success,
            Count = (ulong)series.Count,
            BytesSent = (ulong)series.BytesSent,
            BytesReceived = (ulong)series.BytesReceived,
            LatencySumUs = (ulong)series.LatencySumUs,
            Active = (ulong)Math.Max(0, series.Active),
            Template = edge.Template,
            DestinationVersion = edge.DestinationVersion,
            DestinationZone = edge.DestinationZone,

            // Between proxies there is no other.
            TlsVersion = edge.MutualTls ? "1.3" : "",
        };
        TallyKind.Write(series.Tally, cell);
        workload.Mark(cell);
        int used = series.Buckets.LastIndexOfAnyExcept(0L) + 1;
        foreach (long count in series.Buckets[..used])
        {
            cell.LatencyBuckets.Add((ulong)count);
        }

        return cell;
    }

    private readonly record struct Reported(long Count, long BytesSent, long BytesReceived, long Active);
}
