using Weft.Contracts.Api;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>Tables of traffic: edges, and what was served by whatever people ask for.</summary>
internal sealed class TableReader(IFigureSource source, EdgeReader edges, ScoreKeeper scores)
{
    /// <summary>What <c>by</c> may be.</summary>
    internal static IReadOnlyList<string> Groupings { get; } = ["service", "workload", "namespace", "route", "version", "zone", "code"];

    internal async ValueTask<TrafficTable> EdgesAsync(TrafficQuery query, CancellationToken stop)
    {
        List<EdgeGroup> groups = await edges.ReadMatchingAsync(query, withBypassed: true, stop);
        return Table(query, groups
            .OrderBy(edge => edge.Source, StringComparer.Ordinal)
            .ThenBy(edge => edge.Destination, StringComparer.Ordinal)
            .Select(edge => Shape(edge.Figures, query) with
            {
                Source = edge.Source,
                Destination = edge.Destination,
                Namespace = AggregateSubject.NamespaceOf(edge.Destination),
                Protocol = edge.Protocol,
                SourceIdentity = edge.SourceIdentity,
                DestinationIdentity = edge.DestinationIdentity,
                MutualTls = edge.MutualTls,
                ActiveConnections = edge.Active,
                Bypassed = edge.Bypassed,
                Score = scores.Find(edge.Id)?.Score,
            }));
    }

    internal async ValueTask<TrafficTable> StatAsync(TrafficQuery query, string by, CancellationToken stop)
    {
        SeriesFamily family = by switch
        {
            "workload" or "version" or "zone" => SeriesFamily.Workload,
            "route" => SeriesFamily.Route,
            _ => SeriesFamily.Service,
        };

        // Which instance served is surest known to its own proxy.
        Side side = query.Side ?? (family == SeriesFamily.Workload ? Side.Server : Side.Client);
        Dictionary<TrafficRow, Figures> groups = [];
        Dictionary<TrafficRow, long> active = [];
        IReadOnlyList<SeriesSum> sums = query.Filter.IsAll
            ? await source.SumAsync(family, side, query.Span, stop)
            : await source.SumAsync(family, side, query.Span, key => query.MayMatch("", DestinationOf(key, by)), stop);
        foreach (SeriesSum sum in sums)
        {
            TrafficRow row = KeyOf(sum.Key, by);
            if ((query.Namespace is { } ns && row.Namespace != ns) || (!query.IsLive && sum.Figures.IsEmpty))
            {
                continue;
            }

            if (!groups.TryGetValue(row, out Figures? figures))
            {
                groups.Add(row, figures = new Figures());
            }

            figures.Add(sum.Figures);
            active[row] = active.GetValueOrDefault(row) + (query.IsLive ? sum.Active : 0);
        }

        IEnumerable<KeyValuePair<TrafficRow, Figures>> shown = groups.Where(group => query.Filter.Matches(new AggregateSubject("", group.Key.Destination, "", group.Value, query.Seconds, false)));
        IEnumerable<TrafficRow> rows = by == "code"
            ? shown.SelectMany(group => ByCode(group.Key, group.Value, query))
            : shown.Select(group => Shape(group.Value, query, group.Key) with
            {
                ActiveConnections = active[group.Key],
                Score = by == "service" ? scores.Find(group.Key.Destination)?.Score : null,
            });
        return Table(query, rows
            .OrderBy(row => row.Destination, StringComparer.Ordinal)
            .ThenBy(row => row.Workload, StringComparer.Ordinal)
            .ThenBy(row => row.Version, StringComparer.Ordinal)
            .ThenBy(row => row.Zone, StringComparer.Ordinal)
            .ThenBy(row => row.Route, StringComparer.Ordinal)
            .ThenBy(row => row.Template, StringComparer.Ordinal)
            .ThenBy(row => row.Backend, StringComparer.Ordinal)
            .ThenBy(row => row.Code, StringComparer.Ordinal));
    }

    /// <summary>What a filter knows a row as.</summary>
    private static string DestinationOf(in SeriesKey key, string by) => by == "namespace" ? AggregateSubject.NamespaceOf(ServiceOf(key, by)) : ServiceOf(key, by);

    private static string ServiceOf(in SeriesKey key, string by) => by is "workload" or "version" or "zone" ? key.Source : key.Subject;

    private static TrafficRow KeyOf(in SeriesKey key, string by)
    {
        string service = ServiceOf(key, by);
        string ns = AggregateSubject.NamespaceOf(service);
        return by switch
        {
            "namespace" => new TrafficRow { Destination = ns, Namespace = ns, Reasons = NoReasons },
            "workload" => new TrafficRow
            {
                Destination = service,
                Namespace = ns,
                Workload = key.Subject,
                Version = NullIfEmpty(key.Detail),
                Zone = NullIfEmpty(key.Extra),
                Reasons = NoReasons,
            },
            "version" => new TrafficRow { Destination = service, Namespace = ns, Version = NullIfEmpty(key.Detail), Reasons = NoReasons },
            "zone" => new TrafficRow { Destination = service, Namespace = ns, Zone = NullIfEmpty(key.Extra), Reasons = NoReasons },
            "route" => new TrafficRow
            {
                Destination = service,
                Namespace = ns,
                Route = NullIfEmpty(key.Detail),
                Backend = NullIfEmpty(key.Extra),
                Template = NullIfEmpty(key.Template),
                Reasons = NoReasons,
            },
            _ => new TrafficRow { Destination = service, Namespace = ns, Reasons = NoReasons },
        };
    }

    /// <summary>Rows are compared while they are grouped, and dictionaries are equal only to themselves.</summary>
    private static Dictionary<string, long> NoReasons { get; } = [];

    private TrafficRow Shape(Figures figures, TrafficQuery query, TrafficRow? row = null) => (row ?? new TrafficRow()) with
    {
        MutualTls = FigureShapes.Share(figures.MutualTls, figures.Count),
        RequestsPerSecond = figures.Count / query.Seconds,
        Requests = (long)figures.Count,
        Failures = (long)figures.Failures,
        Success = FigureShapes.SuccessOf(figures),
        P50Ms = figures.QuantileMs(0.50),
        P95Ms = figures.QuantileMs(0.95),
        P99Ms = figures.QuantileMs(0.99),
        BytesPerSecond = figures.Bytes / query.Seconds,
        Reasons = FigureShapes.ReasonsOf(figures, source),
        RetriesPerSecond = figures.Retries / query.Seconds,
        ClientErrors = FigureShapes.ClientErrorsOf(figures),
        ServerErrors = FigureShapes.ServerErrorsOf(figures),
        Parts = FigureShapes.PartsOf(figures),
    };

    /// <summary>One row for each class of status that there was. Only counts are kept by class.</summary>
    private static IEnumerable<TrafficRow> ByCode(TrafficRow service, Figures figures, TrafficQuery query)
    {
        for (int i = 0; i < Figures.ClassCount; i++)
        {
            if (figures.Classes[i] > 0)
            {
                yield return service with
                {
                    Code = i == 0 ? "none" : $"{i}xx",
                    Requests = (long)figures.Classes[i],
                    RequestsPerSecond = figures.Classes[i] / query.Seconds,
                };
            }
        }
    }

    private static TrafficTable Table(TrafficQuery query, IEnumerable<TrafficRow> rows) => new() { WindowSeconds = query.Seconds, Rows = [.. rows] };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
