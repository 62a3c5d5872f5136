using Weft.Contracts.Session;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Prometheus;

/// <summary>A Prometheus that scrapes the proxies as a source of figures. What is open now, and when something was seen first, is still the store's to tell.</summary>
/// <param name="prometheus">Where to ask.</param>
/// <param name="store">What proxies report themselves.</param>
/// <param name="time">For how long a known interval of scraping is believed.</param>
internal sealed class PrometheusFigures(IPrometheus prometheus, TrafficStore store, TimeProvider time) : IFigureSource
{
    private const int IntervalKeptSeconds = 60;

    /// <summary>Ordinary intervals of scraping, in seconds.</summary>
    private static readonly int[] s_intervals = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300];

    private readonly ReasonTable _reasons = new();
    private Interval _interval = new(0, long.MinValue);

    /// <exception cref="FigureSourceException">Prometheus is away, refuses, or has nothing of the proxies.</exception>
    public async ValueTask<IReadOnlyList<SeriesSum>> SumAsync(SeriesFamily family, Side side, TimeSpanOfSeconds span, CancellationToken stop)
    {
        PromTraffic traffic = new(family, side, new SeriesChoice());
        RefuseUnknown(traffic);
        FigureSums<SeriesKey> sums = new(_reasons);
        await AskAllAsync(
            (query, labels, take) => prometheus.AskAsync(query, span.To, labels, take, stop),
            traffic,
            span.Seconds,
            sums,
            new Keys<SeriesKey>(
                PromLabels.Of(family), PromLabels.OfLatency(family), PromLabels.OfParts(family), (labels, values, _) => PromLabels.KeyOf(family, labels, values)));
        if (family == SeriesFamily.Route)
        {
            KeepLatencyOfWholeRoutes(sums);
        }

        if (sums.IsEmpty)
        {
            await RefuseUnscrapedAsync(span, stop);
        }

        return Join(sums, store.Known(family, side));
    }

    /// <exception cref="FigureSourceException">Prometheus is away, refuses, or has nothing of the proxies.</exception>
    public async ValueTask<Figures?[]> StepsAsync(
        SeriesFamily family, Side side, TimeSpanOfSeconds span, int stepSeconds, SeriesChoice choice, CancellationToken stop)
    {
        PromTraffic traffic = new(family, side, choice);
        RefuseUnknown(traffic);
        int steps = (int)((span.Seconds + stepSeconds - 1) / stepSeconds);
        Figures?[] figures = new Figures?[steps];
        if (steps == 0)
        {
            return figures;
        }

        // A step's figures are those of the window that ends with it.
        TimeSpanOfSeconds ends = new(span.From + stepSeconds, span.From + ((long)steps * stepSeconds));
        FigureSums<long> sums = new(_reasons);
        await AskAllAsync(
            (query, labels, take) => prometheus.AskRangeAsync(query, ends, stepSeconds, labels, take, stop),
            traffic,
            stepSeconds,
            sums,
            new Keys<long>([], [], PromLabels.OfParts(family) is null ? null : [], (_, _, second) => ((second - span.From) / stepSeconds) - 1));
        foreach ((long step, Figures sum) in sums.Finish())
        {
            if (step >= 0 && step < steps && !sum.IsEmpty)
            {
                figures[step] = sum;
            }
        }

        if (sums.IsEmpty)
        {
            await RefuseUnscrapedAsync(span, stop);
        }

        return figures;
    }

    /// <summary>How often the proxies are scraped, rounded to what people write into configurations: within less, nothing grows.</summary>
    /// <exception cref="FigureSourceException">Prometheus is away or refuses.</exception>
    public async ValueTask<int> LeastStepAsync(long from, CancellationToken stop)
    {
        Interval known = Volatile.Read(ref _interval);
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        if (known.Until > now)
        {
            return known.Seconds;
        }

        double samples = 0;
        await prometheus.AskAsync(PromQl.SamplesInFiveMinutes, now, [], (_, _, value) => samples = value, stop);
        int seconds = IntervalOf(samples);
        Volatile.Write(ref _interval, new Interval(seconds, now + IntervalKeptSeconds));
        return seconds;
    }

    public string NameOfReason(int reason) => _reasons.NameOf(reason);

    /// <summary>Seconds between samples of which there were so many in five minutes.</summary>
    internal static int IntervalOf(double samples)
    {
        // A sample more or less falls into the five minutes by chance.
        double least = samples < 1 ? 15 : 300 / (samples + 1);
        return Array.Find(s_intervals, interval => interval >= least) is > 0 and int found ? found : s_intervals[^1];
    }

    /// <summary>Asks everything about some traffic, several questions at once.</summary>
    /// <param name="ask">For a moment, or for a span.</param>
    /// <param name="traffic">Which.</param>
    /// <param name="seconds">Length of the window that each value is about.</param>
    /// <param name="sums">Where the answers go.</param>
    /// <param name="keys">How they are told apart.</param>
    private static Task AskAllAsync<TKey>(Ask ask, PromTraffic traffic, long seconds, FigureSums<TKey> sums, Keys<TKey> keys)
        where TKey : notnull
    {
        string[] endings = [MetricLabels.StatusClass, MetricLabels.Reason, MetricLabels.MutualTls, MetricLabels.Success];
        string[] identities = traffic.Family == SeriesFamily.Edge && keys.Labels.Count > 0 ? [MetricLabels.SourceIdentity, MetricLabels.DestinationIdentity] : [];
        List<Task> questions =
        [
            AskAsync(MetricNames.Requests, keys.Labels, [.. endings, .. identities], sums.AddRequests),
            AskAsync(MetricNames.Latency + "_bucket", keys.LatencyLabels, [MetricLabels.UpperBound], sums.AddBucket),
            AskAsync(MetricNames.SentBytes, keys.Labels, [], sums.AddBytes),
            AskAsync(MetricNames.ReceivedBytes, keys.Labels, [], sums.AddBytes),
            AskAsync(MetricNames.Retries, keys.Labels, [], sums.AddRetries),
        ];
        if (keys.PartLabels is { } parts)
        {
            questions.Add(AskAsync(MetricNames.PartSeconds, parts, [MetricLabels.Part], sums.AddPartSeconds));
            questions.Add(AskAsync(MetricNames.PartMeasured, parts, [MetricLabels.Part], sums.AddPartMeasured));
        }

        return Task.WhenAll(questions);

        Task AskAsync(string metric, IReadOnlyList<string> of, string[] more, FigureSums<TKey>.Adder add)
        {
            string[] all = [.. of, .. more];
            return ask(
                PromQl.Growth(metric, traffic, seconds, all),
                all,
                (values, second, value) => add(keys.Of(of, values[..of.Count], second), values[of.Count..], value));
        }
    }

    /// <summary>Pages do not name the workload that a caller's proxy chose.</summary>
    private void RefuseUnknown(in PromTraffic traffic)
    {
        if (traffic.ByWorkload && traffic.Side == Side.Client)
        {
            throw ApiFailureException.BadRequest(
                $"Prometheus at {prometheus.Place} does not know which workload served, as the callers saw it; ask for the view of the servers: side=server, or no side at all");
        }
    }

    /// <summary>Nothing may have been called; or nobody scrapes the proxies, and zeros would be a lie.</summary>
    private async Task RefuseUnscrapedAsync(TimeSpanOfSeconds span, CancellationToken stop)
    {
        double proxies = 0;
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        await prometheus.AskAsync(PromQl.Proxies(span.Seconds), span.To, [], (_, _, value) => proxies += value, stop);
        if (proxies == 0 && span.To < now)
        {
            await prometheus.AskAsync(PromQl.Proxies(0), now, [], (_, _, value) => proxies += value, stop);
        }

        if (proxies == 0)
        {
            throw new FigureSourceException(
                $"Prometheus at {prometheus.Place} has no metrics of weft-proxy ({MetricNames.Build} is missing)", "let it scrape /metrics at the admin address of each proxy, port 15020");
        }
    }

    /// <summary>A histogram belongs to a route, and to its template only where there is one; else the latency of a template is not known.</summary>
    private static void KeepLatencyOfWholeRoutes(FigureSums<SeriesKey> sums)
    {
        foreach (IGrouping<SeriesKey, SeriesKey> route in sums.Keys.GroupBy(static key => key with { Template = "" }))
        {
            List<SeriesKey> counted = [.. route.Where(sums.HasCounts)];
            if (counted.Count == 1)
            {
                sums.MoveBuckets(route.Key, counted[0]);
            }
            else
            {
                sums.DropBuckets(route.Key);
            }
        }
    }

    private static List<SeriesSum> Join(FigureSums<SeriesKey> sums, Dictionary<SeriesKey, SeriesSum> known)
    {
        List<SeriesSum> joined = [];
        HashSet<SeriesKey> found = [];
        foreach ((SeriesKey key, Figures figures) in sums.Finish())
        {
            if (figures.IsEmpty)
            {
                continue;
            }

            (string source, string destination) = sums.IdentitiesOf(key);
            SeriesSum now = known.GetValueOrDefault(key, new SeriesSum(key, figures, long.MaxValue, "", "", 0, 0));
            joined.Add(now with { Figures = figures, SourceIdentity = source, DestinationIdentity = destination });
            found.Add(key);
        }

        joined.AddRange(known.Values.Where(now => now.Active > 0 && !found.Contains(now.Key)));
        return joined;
    }

    /// <summary>Sends one question.</summary>
    private delegate Task Ask(string query, IReadOnlyList<string> labels, SampleTaker take);

    private delegate TKey KeyOf<TKey>(IReadOnlyList<string> labels, ReadOnlySpan<string> values, long second);

    private sealed record Interval(int Seconds, long Until);

    /// <summary>By which labels figures are told apart, and what a set of their values is the key of.</summary>
    private sealed record Keys<TKey>(IReadOnlyList<string> Labels, IReadOnlyList<string> LatencyLabels, IReadOnlyList<string>? PartLabels, KeyOf<TKey> Of);
}
