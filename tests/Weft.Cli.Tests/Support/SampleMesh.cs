using System.Text.Json;
using Weft.Contracts.Api;

namespace Weft.Cli.Tests.Support;

/// <summary>A small shop with something of everything: a lagging proxy, a refusal, a plain edge, a route, an implicit service.</summary>
internal static class SampleMesh
{
    public static ScriptedControlPlane Start()
    {
        return SampleFlows.AddTo(new ScriptedControlPlane())
            .On("GET /v1/status", Status, ApiJson.Default.MeshStatus)
            .On("GET /v1/services", Services, ApiJson.Default.IReadOnlyListServiceItem)
            .On("GET /v1/checks", Checks, ApiJson.Default.IReadOnlyListCheckItem)
            .On("GET /v1/findings", [], ApiJson.Default.IReadOnlyListFinding)
            .On("GET /v1/edges", new TrafficTable { WindowSeconds = 30, Rows = Edges }, ApiJson.Default.TrafficTable)
            .On("GET /v1/stat", new TrafficTable { WindowSeconds = 30, Rows = Stat }, ApiJson.Default.TrafficTable)
            .On("GET /v1/scores", new ScoreList { Items = Scores }, ApiJson.Default.ScoreList)
            .On("GET /v1/topology", Graph, ApiJson.Default.Topology)
            .On("GET /v1/commits", [Commit12, Commit12 with { Commit = 11, Hash = "aa11", Message = null }], ApiJson.Default.IReadOnlyListCommitResult)
            .On("GET /v1/commits/12", Commit12, ApiJson.Default.CommitResult)
            .On("GET /v1/commits/12/rollout", new RolloutStatus { Commit = 12, Done = true, Affected = 3, Current = 3, ElapsedMs = 84 }, ApiJson.Default.RolloutStatus)
            .On("GET /v1/audit", [new AuditItem(7, At(-60), "uid:0", "commit.apply", "commit 12", "ok")], ApiJson.Default.IReadOnlyListAuditItem)
            .On("POST /v1/proxies/shop/cart-1/commands/log-level", new TextResult("the log tells warn and above"), ApiJson.Default.TextResult)
            .On("POST /v1/proxies/shop/cart-1/commands/renew", new TextResult("a new certificate is asked for"), ApiJson.Default.TextResult)
            .On("GET /v1/trust", new TrustItem("weft.local", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "93a8"), ApiJson.Default.TrustItem)
            .On("GET /v1/resources", Resources)
            .On("GET /v1/health", _ => (200, "{\"status\":\"ok\",\"commit\":12,\"version\":\"0.1.0\",\"page\":\"http://127.0.0.1:15012\"}"));
    }

    private static IReadOnlyList<ScoreItem> Scores { get; } =
    [
        new() { Id = "ops/probe" },
        new() { Id = "shop/web", Score = 100 },
        new()
        {
            Id = "shop/cart",
            Score = 58,
            Penalties =
            [
                new Penalty { Kind = "errors", Points = 30, Title = "8.0% of exchanges fail" },
                new Penalty { Kind = "latency", Points = 12, Title = "p99 is 210ms, usually 40ms", Cause = "application" },
            ],
        },
    ];

    private static Topology Graph { get; } = new()
    {
        At = FixedClock.Now,
        WindowSeconds = 30,
        Nodes =
        [
            new() { Id = "shop/cart", Namespace = "shop", Name = "cart" },
            new() { Id = "shop/web", Namespace = "shop", Name = "web" },
            new() { Id = "192.0.2.7:5432", Kind = "external" },
        ],
        Edges =
        [
            new() { Id = "shop/web>shop/cart", Source = "shop/web", Destination = "shop/cart", Protocol = "http1", Rps = 12.5, Requests = 375, Failures = 30, Success = 0.92, MutualTls = 1 },
            new() { Id = "shop/cart>192.0.2.7:5432", Source = "shop/cart", Destination = "192.0.2.7:5432", Protocol = "tcp", Active = 3 },
        ],
    };

    public static MeshStatus Status { get; } = new()
    {
        Commit = 12,
        TrustDomain = "weft.local",
        Version = "0.1.0",
        StartedAt = At(-3600),
        Now = FixedClock.Now,
        RootNotAfter = FixedClock.Now.AddDays(3650),
        IssuerNotAfter = FixedClock.Now.AddDays(365),
        Proxies =
        [
            Proxy("shop/cart-1", "shop/cart") with { LagMs = 41, Labels = new Dictionary<string, string> { ["app"] = "cart", ["version"] = "v1" } },
            Proxy("shop/web-1", "shop/web") with { State = "lagging", Commit = 11, LagMs = 2_400 },
            Proxy("ops/probe-1", "ops/probe") with { State = "refused", Commit = 11, LastRefusal = "RouteSet shop/cart: regular expression too large", Health = "unhealthy" },
        ],
    };

    public static CommitResult Commit12 { get; } = new()
    {
        Commit = 12,
        Hash = "bb12",
        At = At(-60),
        Author = "uid:0",
        Message = "canary, 10 %",
        Changes = [new("Service", "shop", "cart", "created"), new("HTTPRoute", "shop", "cart", "configured"), new("Service", "shop", "web", "unchanged")],
    };

    public static string RouteYaml => "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: cart\n  namespace: shop\nspec:\n  parentRefs:\n  - name: cart\n";

    public static DateTimeOffset At(double seconds) => FixedClock.Now.AddSeconds(seconds);

    private static IReadOnlyList<CheckItem> Checks { get; } =
    [
        new CheckItem { Service = "shop/cart", Endpoint = "shop/redis-1", Address = "10.0.3.7:6379", Healthy = 1, Unhealthy = 2, UnhealthyFor = ["shop/cart-1", "shop/web-1"], Finding = "connection refused", Since = At(-200) },
        new CheckItem { Service = "shop/cart", Endpoint = "shop/redis-2", Address = "10.0.3.8:6379", Healthy = 3, Unhealthy = 0, Since = At(-7_300) },
    ];

    private static IReadOnlyList<ServiceItem> Services { get; } =
    [
        new("shop", "cart", "240.77.0.1", [8080], 2, 2, false, 2),
        new("shop", "web", "240.77.0.2", [80, 443], 2, 1, false, 1),
        new("ops", "probe", "240.77.0.3", [9090], 1, 0, true, 1),
    ];

    private static IReadOnlyList<TrafficRow> Edges { get; } =
    [
        new()
        {
            Source = "shop/web", Destination = "shop/cart", Protocol = "http1", SourceIdentity = "spiffe://weft.local/ns/shop/svc/web", MutualTls = 1, Requests = 3600,
            RequestsPerSecond = 120, Success = 1, P50Ms = 1.24, P95Ms = 4.4, P99Ms = 12.3, BytesPerSecond = 48_000, ActiveConnections = 4,
        },
        new()
        {
            Destination = "shop/web", Protocol = "http1", Requests = 300, RequestsPerSecond = 10, Failures = 24, Success = 0.92, P50Ms = 3, P95Ms = 9, P99Ms = 50,
            Bypassed = 2, Reasons = new Dictionary<string, long> { ["OK"] = 276, ["REQUEST_TIMEOUT"] = 24 },
        },
        new() { Source = "shop/cart", Destination = "shop/redis", Protocol = "tcp", SourceIdentity = "spiffe://weft.local/ns/shop/svc/cart", MutualTls = 0.5, ActiveConnections = 2 },
    ];

    private static IReadOnlyList<TrafficRow> Stat { get; } =
    [
        new() { Destination = "shop/web", Route = "HTTPRoute/shop/web/1", Requests = 300, RequestsPerSecond = 10, Failures = 24, Success = 0.92, P50Ms = 3, P95Ms = 9, P99Ms = 50 },
        new() { Destination = "shop/cart", MutualTls = 1, Requests = 123_000, RequestsPerSecond = 4_100, Success = 1, P50Ms = 1.24, P95Ms = 4.4, P99Ms = 12.3, ActiveConnections = 4 },
    ];

    private static (int Status, string Body) Resources(string line)
    {
        using var body = JsonDocument.Parse("""{"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","metadata":{"name":"cart","namespace":"shop"},"spec":{"parentRefs":[{"name":"cart"}]}}""");
        using var workload = JsonDocument.Parse("""{"kind":"Workload","metadata":{"name":"redis-1","namespace":"shop"},"spec":{"service":"redis","address":"10.0.0.9"}}""");
        List<ResourceItem> all =
        [
            new("HTTPRoute", "shop", "cart", 12, At(-60), body.RootElement, RouteYaml),
            new("Workload", "shop", "redis-1", 3, At(-90_000), workload.RootElement, "kind: Workload\nmetadata:\n  name: redis-1\n  namespace: shop\n"),
        ];
        var query = line.Contains('?', StringComparison.Ordinal) ? line[(line.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&') : [];
        var items = all.Where(i => query.All(q => q switch
        {
            _ when q.StartsWith("kind=", StringComparison.Ordinal) => q == $"kind={i.Kind}",
            _ when q.StartsWith("namespace=", StringComparison.Ordinal) => q == $"namespace={i.Namespace}",
            _ => q == $"name={i.Name}",
        })).ToList();
        return (200, JsonSerializer.Serialize(new ResourceList { Items = items }, ApiJson.Default.ResourceList));
    }

    private static ProxyItem Proxy(string workload, string service) => new()
    {
        Workload = workload,
        Service = service,
        Address = "10.77.0.4",
        State = "current",
        Health = "healthy",
        Commit = 12,
        LagMs = 12,
        Version = "0.1.0",
        Capture = "transparent",
        Identity = $"spiffe://weft.local/ns/{service.Replace("/", "/svc/", StringComparison.Ordinal)}",
        CertificateNotAfter = FixedClock.Now.AddHours(23).AddMinutes(12),
        ConnectedAt = At(-600),
        ResidentBytes = 12_400_000,
        CpuUs = 1_500_000,
        Subscriptions = 9,
    };
}
