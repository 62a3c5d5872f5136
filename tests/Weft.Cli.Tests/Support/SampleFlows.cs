using System.Text;
using System.Text.Json;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;

namespace Weft.Cli.Tests.Support;

/// <summary>Single exchanges of the sample mesh: one that went well, and one that failed at its second try.</summary>
internal static class SampleFlows
{
    public const string FailedId = "5f0c8e3e-0000-7000-8000-000000000002";

    private static readonly long s_startUs = FixedClock.Now.AddSeconds(-3).ToUnixTimeMilliseconds() * 1_000;

    private static FlowRecord Fine { get; } = new()
    {
        RequestId = "5f0c8e3e-0000-7000-8000-000000000001",
        TraceId = [.. Enumerable.Repeat((byte)0xab, 16)],
        SpanId = [.. Enumerable.Repeat((byte)1, 8)],
        StartUnixUs = s_startUs,
        Direction = Direction.Outbound,
        Protocol = "http1",
        Source = new Party { Service = "shop/web", Workload = "shop/web-1", Identity = "spiffe://weft.local/ns/shop/svc/web" },
        Destination = new Party { Service = "shop/cart", Workload = "shop/cart-1", Identity = "spiffe://weft.local/ns/shop/svc/cart", Address = "10.0.0.2:15008" },
        Method = "GET",
        Host = "cart:8080",
        Path = "/items/7?token=***",
        Template = "/items/{id}",
        Status = 200,
        GrpcStatus = -1,
        BytesReceived = 85,
        Timing = new Timing { TotalUs = 12_300, ApplicationUs = 11_000, ServerRttUs = 400, ClientRttUs = 60, TransferUs = 700 },
        Attempts = [new Attempt { Endpoint = "10.0.0.2:15008", Reason = "OK", WaitUs = 11_400, Status = 200 }],
        Tls = new Tls { Version = "1.3", Cipher = "TLS_AES_128_GCM_SHA256", Mutual = true },
        Route = "HTTPRoute/shop/cart/1",
        Commit = 12,
        Reason = "OK",
        Sampled = "rate",
        Proxy = "shop/web-1",
        Headers = [new Header { Name = "user-agent", Value = "curl/8" }, new Header { Name = "content-type", Value = "application/json", Response = true }],
    };

    private static FlowRecord Failed { get; } = new()
    {
        RequestId = FailedId,
        TraceId = [.. Enumerable.Repeat((byte)0xcd, 16)],
        SpanId = [.. Enumerable.Repeat((byte)2, 8)],
        StartUnixUs = s_startUs + 1_500_000,
        Direction = Direction.Outbound,
        Protocol = "http2",
        Source = Fine.Source,
        Destination = new Party { Service = "shop/cart", Address = "10.0.0.3:15008" },
        Method = "POST",
        Host = "cart:8080",
        Path = "/buy",
        Status = 503,
        GrpcStatus = -1,
        Timing = new Timing { TotalUs = 2_001_000, QueueUs = 1_000, ConnectUs = 2_000_000 },
        Attempts =
        [
            new Attempt { Endpoint = "10.0.0.2:15008", Reason = "CONNECT_FAILED", ConnectUs = 300 },
            new Attempt { Endpoint = "10.0.0.3:15008", Reason = "CONNECT_TIMEOUT", ConnectUs = 2_000_000 },
        ],
        Considered = [new Considered { Endpoint = "10.0.0.2:15008", Verdict = "tried", EwmaUs = 100_000 }, new Considered { Endpoint = "10.0.0.3:15008", Verdict = "chosen", EwmaUs = 11_400, Active = 2 }],
        Route = "HTTPRoute/shop/cart/1",
        Commit = 12,
        Reason = "CONNECT_TIMEOUT",
        Detail = "no endpoint of shop/cart answered within 2s",
        Sampled = "error",
        Proxy = "shop/web-1",
    };

    public static ScriptedControlPlane AddTo(ScriptedControlPlane server)
    {
        var start = FixedClock.Now.AddSeconds(-3);
        return server
            .On("GET /v1/flows", new FlowList { Flows = [Failed, Fine] }, ApiJson.Default.FlowList)
            .On($"GET /v1/flows/{FailedId}", new FlowStory { RequestId = FailedId, Verdict = "shop/web's proxy could not connect to shop/cart: CONNECT_TIMEOUT after 2 tries", Cause = new StoryCause { Code = "CONNECT_TIMEOUT", Text = "CONNECT_TIMEOUT: 2 tries", Source = "shop/web", Destination = "shop/cart", SeenBy = "caller", Object = "HTTPRoute shop/cart", Line = 12, Commit = 41 }, Hops = [Failed] }, ApiJson.Default.FlowStory)
            .On("GET /v1/traces", new TraceList { Items = [new TraceItem { TraceId = "abab", Start = start, DurationMs = 12.3, Spans = 2, Services = ["shop/web", "shop/cart"], Root = "GET /items/{id}" }] }, ApiJson.Default.TraceList)
            .On("GET /v1/traces/abab", Trace(start), ApiJson.Default.TraceAnswer)
            .On("GET /v1/why", Why, ApiJson.Default.WhyAnswer)
            .On("POST /v1/why", Why with { Verdict = new WhyVerdict(true, null, "POST /buy from shop/web reaches shop/cart"), Steps = [Why.Steps[0], Why.Steps[1] with { File = "policy.yaml", Commit = null }], Now = Why.Verdict }, ApiJson.Default.WhyAnswer)
            .On("GET /v1/tap", _ => (200, Event("status", new TapStatus(3, 0, 0), ApiJson.Default.TapStatus) + Event("flow", Fine, ApiJson.Default.FlowRecord)
                + Event("flow", Failed, ApiJson.Default.FlowRecord) + Event("status", new TapStatus(3, 9, 7), ApiJson.Default.TapStatus) + Event("flow", Fine, ApiJson.Default.FlowRecord)));
    }

    private static WhyAnswer Why { get; } = new()
    {
        Source = "shop/web",
        Destination = "shop/cart",
        Verdict = new WhyVerdict(false, "RBAC_DENIED", "shop/cart refuses POST /buy from shop/web"),
        Steps =
        [
            new WhyStep { Name = "name", Ok = true, Text = "cart is shop/cart, 240.77.0.4" },
            new WhyStep { Name = "route", Ok = true, Text = "rule 1 sends it to cart-v1", Object = "HTTPRoute shop/cart", Line = 9, Commit = 12 },
            new WhyStep { Name = "policy", Text = "no rule allows it", Object = "AuthorizationPolicy shop/cart-callers", Commit = 11 },
        ],
    };

    private static TraceAnswer Trace(DateTimeOffset start) => new()
    {
        TraceId = "abab",
        Spans =
        [
            new SpanItem
            {
                SpanId = "02", ParentSpanId = "01", Service = "shop/cart", Name = "GET /items/{id}", Start = start.AddMilliseconds(3), DurationMs = 8, Error = true,
                Attributes = new Dictionary<string, string> { ["reason"] = "UPSTREAM_RESET", ["timing.applicationUs"] = "7000", ["timing.queueUs"] = "200", ["timing.connectUs"] = "300" },
            },
            new SpanItem { SpanId = "01", Service = "shop/web", Name = "GET /items/{id}", Start = start, DurationMs = 12.3 },
        ],
    };

    private static string Event<T>(string kind, T document, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        => new StringBuilder("event: ").Append(kind).Append("\ndata: ").Append(JsonSerializer.Serialize(document, type)).Append("\n\n").ToString();
}
