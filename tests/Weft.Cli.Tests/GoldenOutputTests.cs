using Weft.Cli.Tests.Support;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.Cli.Tests;

/// <summary>What each verb prints against the same small mesh: exit code, standard output and standard error, byte for byte.</summary>
public sealed class GoldenOutputTests
{
    [Theory]
    [InlineData("get-services", "get services -A")]
    [InlineData("get-services-json", "get services -n shop -o json")]
    [InlineData("get-services-empty", "get services")]
    [InlineData("get-service-missing", "get svc/crat -n shop")]
    [InlineData("get-proxies-wide", "get proxies -A -o wide")]
    [InlineData("get-proxies-label", "get proxies -A -l app=cart -o name")]
    [InlineData("get-resources", "get resources -A")]
    [InlineData("get-route-yaml", "get httproute/shop/cart -o yaml")]
    [InlineData("get-routes-json", "get httproutes -n shop -o json")]
    [InlineData("get-commits", "get commits")]
    [InlineData("get-commits-csv", "get commits -o csv")]
    [InlineData("get-audit", "get audit")]
    [InlineData("get-unknown-type", "get httprout")]
    [InlineData("describe-service", "describe svc/cart -n shop")]
    [InlineData("describe-workload", "describe workload/probe-1 -n ops")]
    [InlineData("describe-declared", "describe workload/shop/redis-1")]
    [InlineData("describe-commit", "describe commit/12")]
    [InlineData("describe-route", "describe httproute cart -n shop")]
    [InlineData("certs-trust", "certs trust")]
    [InlineData("certs-trust-json", "certs trust -o json")]
    [InlineData("status", "status")]
    [InlineData("status-wide", "status -o wide -n shop")]
    [InlineData("status-json", "status -n ops -o json")]
    [InlineData("status-yaml", "status -n ops -o yaml")]
    [InlineData("stat", "stat")]
    [InlineData("stat-service", "stat svc/cart -n shop --by route")]
    [InlineData("stat-csv", "stat -o csv")]
    [InlineData("stat-version", "stat --by version --from 2h --to 90m --side server")]
    [InlineData("stat-bad-time", "stat --from yesterday")]
    [InlineData("routes", "routes svc/cart -n shop")]
    [InlineData("top", "top --sort errors -o wide")]
    [InlineData("top-bad-sort", "top --sort size")]
    [InlineData("top-bad-filter", "top --filter status>=500")]
    [InlineData("top-edge", "top --by edge --sort name -n shop")]
    [InlineData("help-top", "top --help")]
    [InlineData("edges", "edges")]
    [InlineData("edges-wide", "edges -o wide")]
    [InlineData("edges-json", "edges -o jsonl")]
    [InlineData("health", "health")]
    [InlineData("health-wide", "health -n shop -o wide")]
    [InlineData("graph-dot", "graph")]
    [InlineData("graph-svg", "graph -o svg")]
    [InlineData("graph-mermaid", "graph -o mermaid")]
    [InlineData("graph-json", "graph -o json")]
    [InlineData("why", "why web cart POST /buy -n shop")]
    [InlineData("why-json", "why shop/web svc/shop/cart -o json")]
    [InlineData("why-request", "why 5f0c8e3e-0000-7000-8000-000000000002")]
    [InlineData("why-unknown", "why 5f0c8e3e-0000-7000-8000-000000000009")]
    [InlineData("why-bad-path", "why web cart GET items")]
    [InlineData("why-what-if-nothing", "why web cart --what-if")]
    [InlineData("why-what-if-request", "why 5f0c8e3e-0000-7000-8000-000000000002 --what-if -f policy.yaml")]
    [InlineData("logs", "logs")]
    [InlineData("logs-wide", "logs reason!=OK --since 5m -o wide")]
    [InlineData("logs-jsonl", "logs -o jsonl")]
    [InlineData("logs-bad-filter", "logs statsu>=500")]
    [InlineData("tap", "tap --count 2")]
    [InlineData("tap-har", "tap -H user-agent --count 3 -o har")]
    [InlineData("tap-bad-rate", "tap --max-rps 0")]
    [InlineData("trace", "trace")]
    [InlineData("trace-one", "trace abab")]
    [InlineData("trace-wide", "trace abab -o wide")]
    [InlineData("trace-request", "trace 5f0c8e3e-0000-7000-8000-000000000002 -o wide")]
    [InlineData("help-tap", "tap --help")]
    [InlineData("help-why", "why --help")]
    [InlineData("help-filters", "help filters")]
    [InlineData("proxy-log-level", "proxy log-level shop/cart-1 warn")]
    [InlineData("proxy-log-level-unknown", "proxy log-level shop/cart-1 debug")]
    [InlineData("proxy-renew", "proxy renew cart-1 -n shop")]
    [InlineData("explain", "explain wf2103")]
    [InlineData("explain-reason", "explain NO_ROUTE -o json")]
    [InlineData("explain-unknown", "explain WF8888")]
    [InlineData("explain-request", "explain 5f0c8e3e-0000-7000-8000-000000000002")]
    [InlineData("explain-unknown-request", "explain 5f0c8e3e-0000-7000-8000-000000000009")]
    [InlineData("schema", "schema")]
    [InlineData("schema-one", "schema Error")]
    [InlineData("help-apply", "apply --help")]
    [InlineData("help-token", "help token create")]
    [InlineData("help-topics", "help topics")]
    [InlineData("help-exit-codes", "help exit-codes")]
    [InlineData("version-json", "version -o json")]
    [InlineData("unknown-command", "stauts")]
    [InlineData("unknown-subcommand", "token creat")]
    [InlineData("unknown-option", "status --namspace shop")]
    [InlineData("unknown-format", "status -o xml")]
    [InlineData("missing-value", "status -n")]
    [InlineData("bad-duration", "edges --window 30")]
    public async Task Output_is_as_reviewed(string name, string commandLine)
    {
        await using var server = SampleMesh.Start();
        var run = await WeftRun.Of(server, commandLine.Split(' '));
        GoldenFile.Check(name, Page(commandLine, run));
    }

    [Fact]
    public async Task What_files_would_change_is_told_beside_the_verdict_of_now()
    {
        await using var server = SampleMesh.Start();
        var setting = new WeftRun.Setting { Server = server, Input = "kind: AuthorizationPolicy\n" };
        GoldenFile.Check("why-what-if", Page("why web cart POST /buy --what-if -f - -n shop", await setting.RunAsync("why", "web", "cart", "POST", "/buy", "--what-if", "-f", "-", "-n", "shop")));
        var (line, body) = server.Requests.Single(request => request.Line.StartsWith("POST", StringComparison.Ordinal));
        Assert.StartsWith("POST /v1/why?source=shop%2Fweb&destination=shop%2Fcart&method=POST&path=%2Fbuy", line, StringComparison.Ordinal);
        Assert.Contains("kind: AuthorizationPolicy", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_file_is_reported_with_every_part_of_an_error()
    {
        await using var server = SampleMesh.Start().On(
            "POST /v1/commits",
            new ApiError { Code = "WF2000", Message = "2 mistakes", Findings = [BackendMissing, new Finding { Code = "WF2008", Severity = "warning", Message = "unknown field \"pot\"", Near = "\"port\"" }] },
            ApiJson.Default.ApiError,
            422);
        var setting = new WeftRun.Setting { Server = server, Input = "kind: HTTPRoute\n" };
        GoldenFile.Check("apply-mistakes", Page("apply -f -", await setting.RunAsync("apply", "-f", "-")));
        GoldenFile.Check("apply-mistakes-json", Page("apply -f - -o json", await setting.RunAsync("apply", "-f", "-", "-o", "json")));
        var colored = setting with { Variables = new Dictionary<string, string> { ["FORCE_COLOR"] = "1" } };
        GoldenFile.Check("apply-mistakes-color", Page("apply -f -", await colored.RunAsync("apply", "-f", "-")).Replace("\u001b", "<ESC>", StringComparison.Ordinal));
    }

    private static Finding BackendMissing => new()
    {
        Code = "WF2103",
        Message = "HTTPRoute \"shop/cart\" sends traffic to a service that does not exist",
        Location = new FindingLocation("deploy/cart.yaml", 18, 13, "backendRefs[0].name", "\"cart-v2\""),
        Cause = "no Service named \"cart-v2\" in namespace \"shop\"",
        Near = "\"cart-v1\" exists",
        Fixes = ["change line 18 to \"cart-v1\", or create the service"],
    };

    private static string Page(string commandLine, WeftRun run)
        => $"$ weft {commandLine}\nexit {run.ExitCode}\n--- stdout\n{run.Out}--- stderr\n{run.Error}";
}
