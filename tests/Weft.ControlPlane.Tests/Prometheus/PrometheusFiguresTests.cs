using Weft.Contracts.Session;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Prometheus;
using Weft.ControlPlane.Tests.Support;
using Weft.ControlPlane.Traffic;
using Xunit;

namespace Weft.ControlPlane.Tests.Prometheus;

public sealed class PrometheusFiguresTests
{
    private static readonly TimeSpanOfSeconds s_span = new(100, 160);

    private readonly ScriptedPrometheus _prometheus = new();
    private readonly TrafficStore _store = new();
    private readonly PrometheusFigures _figures;

    public PrometheusFiguresTests() => _figures = new PrometheusFigures(_prometheus, _store, new ManualTime());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Figures_of_an_edge_are_put_together_from_all_answers()
    {
        string[] edge = ["shop/cart", "shop/web", "http1"];
        string[] ids = ["spiffe://weft.local/ns/shop/svc/web", "spiffe://weft.local/ns/shop/svc/cart"];
        _prometheus.Answer(MetricNames.Requests, 90, [.. edge, "2xx", "OK", "true", "true", .. ids]);
        _prometheus.Answer(MetricNames.Requests, 10, [.. edge, "5xx", "BACKEND_TIMEOUT", "true", "false", .. ids]);
        _prometheus.Answer(MetricNames.Latency, 60, [.. edge, "0.001"]);
        _prometheus.Answer(MetricNames.Latency, 100, [.. edge, "0.002"]);
        _prometheus.Answer(MetricNames.Latency, 100, [.. edge, "+Inf"]);
        _prometheus.Answer(MetricNames.Latency, 77, [.. edge, "0.0017"]);
        _prometheus.Answer(MetricNames.SentBytes, 1_000, edge);
        _prometheus.Answer(MetricNames.ReceivedBytes, 234, edge);
        _prometheus.Answer(MetricNames.Retries, 3, edge);
        _prometheus.Answer(MetricNames.PartSeconds, 0.5, [.. edge, "application"]);
        _prometheus.Answer(MetricNames.PartMeasured, 100, [.. edge, "application"]);
        SeriesSum sum = Assert.Single(await _figures.SumAsync(SeriesFamily.Edge, Side.Client, s_span, Stop));
        Figures figures = sum.Figures;
        Assert.Equal(new SeriesKey("shop/cart", "shop/web", "http1"), sum.Key);
        Assert.Equal((100UL, 10UL, 100UL, 1_234UL, 3UL), (figures.Count, figures.Failures, figures.MutualTls, figures.Bytes, figures.Retries));
        Assert.Equal((90UL, 10UL), (figures.Classes[2], figures.Classes[5]));
        Assert.Equal((60UL, 40UL), (figures.Buckets[LatencyBuckets.IndexOf(1_000)], figures.Buckets[LatencyBuckets.IndexOf(2_000)]));
        Assert.Equal(5.0, figures.MeanMs(TimingPart.Application));
        Assert.Equal("BACKEND_TIMEOUT", _figures.NameOfReason(Assert.Single(figures.Reasons!).Reason));
        Assert.Equal((ids[0], ids[1]), (sum.SourceIdentity, sum.DestinationIdentity));
        Assert.All(_prometheus.Asked, asked => Assert.Equal((160L, true), (asked.Second, asked.Query.Contains("[60s]", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_caller_without_a_proxy_has_the_name_that_it_has_everywhere()
    {
        _prometheus.Answer(MetricNames.Requests, 1, ["shop/web", "", "http1", "2xx", "OK", "false", "true", "", ""]);
        Assert.Equal(new SeriesKey("shop/web", SeriesKey.Unmeshed, "http1"), Assert.Single(await _figures.SumAsync(SeriesFamily.Edge, Side.Client, s_span, Stop)).Key);
    }

    [Fact]
    public async Task The_latency_of_a_route_belongs_to_its_template_when_there_is_one()
    {
        _prometheus.Answer(MetricNames.Requests, 4, ["shop/cart", "", "one", "/a/{id}", "2xx", "OK", "true", "true"]);
        _prometheus.Answer(MetricNames.Requests, 4, ["shop/cart", "", "two", "/a", "2xx", "OK", "true", "true"]);
        _prometheus.Answer(MetricNames.Requests, 4, ["shop/cart", "", "two", "/b", "2xx", "OK", "true", "true"]);
        _prometheus.Answer(MetricNames.Latency, 4, ["shop/cart", "", "one", "0.001"]);
        _prometheus.Answer(MetricNames.Latency, 8, ["shop/cart", "", "two", "0.001"]);
        IReadOnlyList<SeriesSum> sums = await _figures.SumAsync(SeriesFamily.Route, Side.Client, s_span, Stop);
        Assert.Equal(["/a", "/a/{id}", "/b"], sums.Select(static sum => sum.Key.Template).Order(StringComparer.Ordinal));
        Assert.Equal(["/a/{id}"], sums.Where(static sum => sum.Figures.QuantileMs(0.5) is not null).Select(static sum => sum.Key.Template));
        Assert.DoesNotContain(_prometheus.Asked, static asked => asked.Query.Contains(MetricNames.PartSeconds, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_workload_is_known_to_its_own_proxy_only()
    {
        _prometheus.Answer(MetricNames.Requests, 2, ["shop/cart", "", "shop/cart-1", "v2", "a", "2xx", "OK", "true", "true"]);
        _prometheus.Answer(MetricNames.PartMeasured, 2, ["shop/cart", "shop/cart-1", "v2", "a", "application"]);
        SeriesSum sum = Assert.Single(await _figures.SumAsync(SeriesFamily.Workload, Side.Server, s_span, Stop));
        Assert.Equal((new SeriesKey("shop/cart-1", "shop/cart", "v2", "a"), 2UL), (sum.Key, sum.Figures.PartCounts[(int)TimingPart.Application]));
        ApiFailureException fault = await Assert.ThrowsAsync<ApiFailureException>(async () => await _figures.SumAsync(SeriesFamily.Workload, Side.Client, s_span, Stop));
        Assert.Equal(400, fault.Status);
    }

    [Fact]
    public async Task Steps_stand_where_their_windows_begin()
    {
        _prometheus.Answer(MetricNames.Requests, 5, ["2xx", "OK", "true", "true"], second: 110);
        _prometheus.Answer(MetricNames.Requests, 6, ["2xx", "OK", "true", "false"], second: 160);
        _prometheus.Answer(MetricNames.Requests, 7, ["2xx", "OK", "true", "false"], second: 100_000);
        Figures?[] steps = await _figures.StepsAsync(SeriesFamily.Service, Side.Client, s_span, 10, new SeriesChoice { Subject = "shop/cart" }, Stop);
        Assert.Equal([5UL, null, null, null, null, 6UL], steps.Select(static step => step?.Count));
        Assert.Equal(6UL, steps[5]!.Failures);
        Assert.All(_prometheus.Asked, static asked => Assert.Equal((110L, 160L, 10), (asked.First, asked.Second, asked.Step)));
    }

    [Fact]
    public async Task Nothing_called_is_an_answer_and_nothing_scraped_is_none()
    {
        _prometheus.Proxies = 2;
        Assert.Empty(await _figures.SumAsync(SeriesFamily.Edge, Side.Client, s_span, Stop));
        Assert.All(await _figures.StepsAsync(SeriesFamily.Mesh, Side.Client, s_span, 10, new SeriesChoice(), Stop), Assert.Null);
        _prometheus.Proxies = 0;
        FigureSourceException fault = await Assert.ThrowsAsync<FigureSourceException>(async () => await _figures.SumAsync(SeriesFamily.Edge, Side.Client, s_span, Stop));
        Assert.Contains("Prometheus at http://scripted has no metrics of weft-proxy (weft_build_info is missing); let it scrape /metrics", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(300, 1)]
    [InlineData(60, 5)]
    [InlineData(20, 15)]
    [InlineData(21, 15)]
    [InlineData(19, 15)]
    [InlineData(10, 30)]
    [InlineData(5, 60)]
    [InlineData(1, 300)]
    [InlineData(0, 15)]
    public async Task A_step_is_not_shorter_than_the_interval_of_scraping(double samples, int seconds)
    {
        _prometheus.Samples = samples;
        Assert.Equal(seconds, await _figures.LeastStepAsync(0, Stop));
        _prometheus.Samples = 77;
        Assert.Equal(seconds, await _figures.LeastStepAsync(0, Stop));
    }

    /// <summary>Gives prepared samples to questions about a metric.</summary>
    private sealed class ScriptedPrometheus : IPrometheus
    {
        private readonly List<(string Metric, double Value, string[] Values, long? Second)> _answers = [];

        public string Place => "http://scripted";

        public double Proxies { get; set; }

        public double Samples { get; set; }

        public List<(string Query, long First, long Second, int Step)> Asked { get; } = [];

        public void Answer(string metric, double value, string[] values, long? second = null) => _answers.Add((metric, value, values, second));

        public Task AskAsync(string query, long second, IReadOnlyList<string> labels, SampleTaker take, CancellationToken stop)
        {
            if (query == PromQl.SamplesInFiveMinutes && Samples > 0)
            {
                take([], second, Samples);
            }
            else if (query.StartsWith("count(", StringComparison.Ordinal) && Proxies > 0)
            {
                take([], second, Proxies);
            }

            return query.StartsWith("sum", StringComparison.Ordinal) ? Give(query, second, second, 0, labels, take) : Task.CompletedTask;
        }

        public Task AskRangeAsync(string query, TimeSpanOfSeconds span, int stepSeconds, IReadOnlyList<string> labels, SampleTaker take, CancellationToken stop)
            => Give(query, span.From, span.To, stepSeconds, labels, take);

        private Task Give(string query, long first, long second, int step, IReadOnlyList<string> labels, SampleTaker take)
        {
            Asked.Add((query, first, second, step));
            foreach ((string metric, double value, string[] values, long? at) in _answers)
            {
                if (query.Contains($"increase({metric}{{", StringComparison.Ordinal) || query.Contains($"increase({metric}_bucket{{", StringComparison.Ordinal))
                {
                    Assert.Equal(labels.Count, values.Length);
                    take(values, at ?? second, value);
                }
            }

            return Task.CompletedTask;
        }
    }
}
