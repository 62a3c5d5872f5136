using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Flows;
using Weft.ControlPlane.Insight;
using Weft.ControlPlane.Otlp;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Tests.Api;

/// <summary>The rooms behind the API, reduced to answers that tests choose.</summary>
internal sealed class FakeMesh : IMeshView, ITrafficView, ILiveTraffic, ITokenIssuer, IProxyCommands, ITrustView, IExchangeView, IWhyView, IOtlpView, IServerFigures, IDisposable
{
    public FakeMesh()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=api", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        ServerCertificate = request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    public List<string> Issued { get; } = [];

    public ProxyCommandResult CommandResult { get; set; } = ProxyCommandResult.Done;

    public (TrafficQuery Query, string By) LastQuery { get; private set; } = (TrafficQuery.Between(0, 1), "");

    public MapLayout Layout { get; private set; } = new();

    public X509Certificate2 ServerCertificate { get; }

    public X509Certificate2Collection ServerChain => [];

    public IReadOnlyList<string> Verbs => ["drain", "dump", "log-level"];

    public MeshPorts Ports => new() { Mesh = this, Traffic = this, Flows = this, Why = this, Otlp = this, Figures = this, Tokens = this, Commands = this, Trust = this, Services = new Checks.NoServices() };

    public LogList GetLogs(string? service, string? trace, int limit) => new() { Items = [new LogItem { Service = service ?? "", TraceId = trace, Text = "hello" }] };

    public MetricList GetMetrics(string? service, string? name, int limit) => new() { Items = [new MetricItem { Service = service ?? "", Name = name ?? "any" }] };

    public ServerFigures GetFigures() => new() { Sessions = 3, OtlpSpans = 12 };

    public MeshStatus GetStatus() => new() { Commit = 7, TrustDomain = "weft.local" };

    public async ValueTask<RolloutStatus?> GetRolloutAsync(long commit, TimeSpan wait, CancellationToken stop)
    {
        if (commit > 7)
        {
            return null;
        }

        await Task.Delay(wait, stop);
        return new RolloutStatus { Commit = commit, Done = true };
    }

    public IReadOnlyList<ServiceItem> GetServices() => [new ServiceItem("shop", "cart", "240.77.0.1", [8080], 2, 2, false)];

    public IReadOnlyList<CheckItem> GetChecks(string? service, string? caller) =>
        [new CheckItem { Service = service ?? "shop/orders-db", Endpoint = "shop/db-1", Address = "10.0.3.7:5432", Healthy = 2, Unhealthy = 1, UnhealthyFor = [caller ?? "shop/web-1"], Finding = "connection refused" }];

    public ILiveTraffic Live => this;

    public IReadOnlyList<string> Groupings => ["service", "route"];

    public ValueTask<TrafficTable> GetEdgesAsync(TrafficQuery query, CancellationToken stop) => Table(query, "edges");

    public ValueTask<TrafficTable> GetStatAsync(TrafficQuery query, string by, CancellationToken stop) => Table(query, by);

    public ValueTask<Topology> GetTopologyAsync(TrafficQuery query, CancellationToken stop)
    {
        LastQuery = (query, "topology");
        return ValueTask.FromResult(new Topology { WindowSeconds = query.Seconds });
    }

    public async ValueTask GiveTopologyAsync(TrafficQuery query, Func<Topology, Task> take, CancellationToken stop) => await take(await GetTopologyAsync(query, stop));

    public async ValueTask<TopologyColumns> GetTopologyColumnsAsync(TrafficQuery query, CancellationToken stop)
        => new()
        {
            WindowSeconds = (await GetTopologyAsync(query, stop)).WindowSeconds,
            Edges = new EdgeColumns
            {
                Source = [], Destination = [], Protocol = [], Rps = [], Requests = [], Failures = [], P50Ms = [], P95Ms = [], P99Ms = [], BytesPerSecond = [], Active = [], MutualTls = [], RetriesPerSecond = [],
                IsNew = [], Score = [], Worst = [],
            },
        };

    public async ValueTask<TrafficSummary> GetSummaryAsync(TrafficQuery query, CancellationToken stop) => TrafficSummary.Of(await GetTopologyAsync(query, stop));

    public ValueTask<TopologyFrames> GetFramesAsync(TrafficQuery query, int stepSeconds, CancellationToken stop)
        => ValueTask.FromResult(new TopologyFrames { StepSeconds = stepSeconds });

    public ValueTask<TopologyDiff> GetDiffAsync(TrafficQuery a, TrafficQuery b, CancellationToken stop)
        => ValueTask.FromResult(new TopologyDiff { A = DateTimeOffset.FromUnixTimeSeconds(a.To), B = DateTimeOffset.FromUnixTimeSeconds(b.To) });

    public ValueTask<SeriesAnswer?> GetSeriesAsync(string of, TrafficQuery query, int stepSeconds, CancellationToken stop)
        => ValueTask.FromResult(of == "mesh" ? new SeriesAnswer { Of = of, StepSeconds = stepSeconds } : null);

    public ScoreList GetScores(string by) => new() { Items = [new ScoreItem { Id = by, Score = 100 }] };

    public MapLayout GetLayout() => Layout;

    public string? PutLayout(MapLayout layout, Actor actor)
    {
        Layout = layout;
        return null;
    }

    public TokenResult Issue(TokenRequest request, Actor actor)
    {
        Issued.Add($"{actor} {request.Namespace}/{request.Service} {request.TtlSeconds}");
        return new TokenResult("secret", DateTimeOffset.UnixEpoch, request.Namespace, request.Service);
    }

    public ValueTask<ProxyCommandOutcome> SendAsync(
        string ns, string workload, string verb, IReadOnlyDictionary<string, string> arguments, CancellationToken stop)
        => ValueTask.FromResult(new ProxyCommandOutcome(CommandResult, string.Join(' ', [verb, $"{ns}/{workload}", .. arguments.Values])));

    public FlowList List(Filter filter, int limit, DateTimeOffset since) => new() { Flows = [new FlowRecord { RequestId = $"{filter} {limit}" }], Dropped = 3 };

    public ValueTask<FlowStory?> FindAsync(string requestId, CancellationToken stop)
        => ValueTask.FromResult(requestId == "known" ? new FlowStory { RequestId = requestId } : null);

    public TraceList ListTraces(Filter filter, int limit) => new() { Items = [new TraceItem { TraceId = "t" }] };

    public TraceAnswer? FindTrace(string traceId) => traceId == "t" ? new TraceAnswer { TraceId = "t" } : null;

    public async Task<TapStatus?> TapAsync(TapRequest request, Func<FlowRecord?, TapStatus, Task> send, CancellationToken stop)
    {
        TapStatus status = new(1, 2, 0);
        await send(null, status);
        await send(new FlowRecord { RequestId = request.Filter }, status);
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return status;
    }

    public ValueTask<WhyAnswer?> AskAsync(WhyQuestion question, ModelRevision? instead, CancellationToken stop)
        => ValueTask.FromResult<WhyAnswer?>(new WhyAnswer
        {
            Source = question.Source,
            Destination = question.Destination,
            Verdict = new WhyVerdict(true, null, instead is null ? question.Path : string.Join(' ', instead.Model.All.Select(item => $"{item.Key} {(instead.Ages.ContainsKey(item.Key) ? "old" : "new")}"))),
        });

    public TrustItem GetTrust() => new("weft.local", "pem", "pin");

    public void Dispose() => ServerCertificate.Dispose();

    private ValueTask<TrafficTable> Table(TrafficQuery query, string by)
    {
        LastQuery = (query, by);
        return ValueTask.FromResult(new TrafficTable { WindowSeconds = query.Seconds });
    }
}
