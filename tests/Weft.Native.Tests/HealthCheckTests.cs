using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Upstreams that have no proxy go bad and come back: from the verdict on no request fails because of one.</summary>
public sealed class HealthCheckTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_relay_leaves_out_an_upstream_that_is_ill_and_takes_it_back()
    {
        string folder = Directory.CreateTempSubdirectory("weft-health-").FullName;
        await using SickOrigin first = await SickOrigin.StartAsync();
        await using SickOrigin second = await SickOrigin.StartAsync(Path.Combine(folder, "app.sock"));
        int admin = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--to", first.Address, "--to", second.Address, "--workers", "2", "--metrics", $"127.0.0.1:{admin}", "--check", "/healthz", "--check-interval", "100");
        await WalkThroughAsync(relay.Port, admin, first, second);
        Assert.Contains($"\"to\":\"{second.Address}\",\"health\":\"Healthy\",\"check\":\"passed\"", await PageAsync(admin, "/config"), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("/healthz")]
    public async Task A_relay_checks_as_requests_go_by_name_and_under_TLS(string check)
    {
        TestCertificates c = TestCertificates.Shared;
        await using SickOrigin first = await SickOrigin.StartAsync(tls: "local", protocols: HttpProtocols.Http2);
        await using SickOrigin second = await SickOrigin.StartAsync(tls: "local", protocols: HttpProtocols.Http2);
        int admin = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--to", $"localhost:{first.Port}", "--to", $"localhost:{second.Port}", "--to-trust", c.Path("ca.pem"), "--metrics", $"127.0.0.1:{admin}",
            "--check", check, "--check-interval", "100");
        await WalkThroughAsync(relay.Port, admin, first, second);
    }

    [Fact]
    public async Task A_relay_checks_a_path_of_upstreams_that_speak_nothing_but_HTTP2()
    {
        await using SickOrigin first = await SickOrigin.StartAsync(protocols: HttpProtocols.Http2);
        await using SickOrigin second = await SickOrigin.StartAsync(protocols: HttpProtocols.Http2);
        int admin = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--to", first.Address, "--to", second.Address, "--to-protocol", "http2", "--metrics", $"127.0.0.1:{admin}", "--check", "/healthz", "--check-interval", "100");
        await WalkThroughAsync(relay.Port, admin, first, second);
        second.IsIll = true;
        await CountsAsync(admin, healthy: 1, unhealthy: 1);
        Assert.Contains($"GET /healthz of {second.Address}: status 503", await PageAsync(admin, "/config"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upstream_that_does_not_prove_who_it_is_is_ill()
    {
        TestCertificates c = TestCertificates.Shared;
        await using SickOrigin first = await SickOrigin.StartAsync(tls: "local");
        await using SickOrigin second = await SickOrigin.StartAsync(tls: "b");
        int admin = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--to", $"localhost:{first.Port}", "--to", $"localhost:{second.Port}", "--to-trust", c.Path("ca.pem"), "--metrics", $"127.0.0.1:{admin}", "--check", "tcp", "--check-interval", "100");
        await CountsAsync(admin, healthy: 1, unhealthy: 1);
        Assert.Contains("does not prove to be localhost", await PageAsync(admin, "/config"), StringComparison.Ordinal);
        await AskAsync(relay.Port, 50);
        Assert.Equal((50, 0), (first.Requests, second.Requests));
    }

    [Fact]
    public async Task A_relay_without_a_healthy_upstream_says_so_where_no_other_is_wanted()
    {
        await using SickOrigin origin = await SickOrigin.StartAsync();
        int admin = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--to", origin.Address, "--metrics", $"127.0.0.1:{admin}", "--check", "/healthz", "--check-interval", "100", "--check-min-healthy", "0");
        await AskAsync(relay.Port, 5);
        origin.IsIll = true;
        await CountsAsync(admin, healthy: 0, unhealthy: 1);
        int before = origin.Requests;
        (_, string answer, _) = await Programs.RunAsync("curl", "-sS", "-i", $"http://127.0.0.1:{relay.Port}/");
        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("weft_rejected_total{reason=\"NO_HEALTHY_ENDPOINT\"} 1\n", await PageAsync(admin, "/metrics"), StringComparison.Ordinal);
        Assert.Equal(before, origin.Requests);
        origin.IsIll = false;
        await CountsAsync(admin, healthy: 1, unhealthy: 0);
        await AskAsync(relay.Port, 5);
    }

    [Fact]
    public async Task A_new_process_begins_with_what_the_one_before_found()
    {
        await using SickOrigin first = await SickOrigin.StartAsync();
        await using SickOrigin second = await SickOrigin.StartAsync();
        int admin = Programs.FreePort();
        await using Relay relay = await Relay.StartAsync(
            "--to", first.Address, "--to", second.Address, "--metrics", $"127.0.0.1:{admin}", "--check", "/healthz", "--check-interval", "100", "--check-timeout", "60000");
        await using UpgradedProcess process = new(admin);
        second.IsIll = true;
        await CountsAsync(admin, healthy: 1, unhealthy: 1);
        int before = second.Requests;

        // So that the new process finds nothing out by itself.
        second.IsSilent = true;
        await process.UpgradeAsync();
        await AskAsync(relay.Port, 60);
        Assert.Equal(before, second.Requests);
        Assert.Contains("found by the process before this one", await PageAsync(admin, "/config"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_of_the_mesh_checks_endpoints_outside_of_it()
    {
        await using SickOrigin first = await SickOrigin.StartAsync();
        await using SickOrigin second = await SickOrigin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        await mesh.ApplyAsync(Outside(first, second));
        await mesh.ApplyAsync(Policy("{http: {path: /healthz, expectedStatuses: [204]}, interval: 100ms}"));
        int near = Programs.FreePort();
        MeshProxy web = await mesh.StartProxyAsync("web-1", "--to", $"partner:80=127.0.0.1:{near}", "--workers", "2");
        await MeshTests.UntilAsync(async () => await TryAsync(near), "the service answers");
        await WalkThroughAsync(near, web.AdminPort, first, second);
        Assert.False(first.SawCertificate || second.SawCertificate);

        // The end of the check is the end of its verdicts, while everything goes on running.
        second.IsIll = true;
        await CountsAsync(web.AdminPort, healthy: 1, unhealthy: 1);
        Assert.Contains("status 503", await PageAsync(web.AdminPort, "/config"), StringComparison.Ordinal);
        string described = "";
        await MeshTests.UntilAsync(
            async () => (described = (await mesh.WeftAsync("describe svc/partner -n shop")).Output).Contains("0 of 1", StringComparison.Ordinal), "the control plane knows the verdict");
        Assert.Contains("1 of 2 healthy", described, StringComparison.Ordinal);
        Assert.Matches(@"shop/partner-2 +localhost:\d+ +0 of 1 +\S+ ago +GET /healthz of localhost:\d+: status 503 +shop/web-1", described);
        (int code, string why, _) = await mesh.WeftAsync("why web partner GET / -n shop");
        Assert.Equal(0, code);
        Assert.Contains("1 of 2 endpoints of shop/partner can be used; shop/web finds shop/partner-2 unhealthy: GET /healthz of localhost:", why, StringComparison.Ordinal);
        Assert.Matches("partner-2 +partner +outside +unhealthy", (await mesh.WeftAsync("get workloads -n shop")).Output);
        await mesh.ApplyAsync(Policy("null"));
        await MeshTests.UntilAsync(async () => !(await PageAsync(web.AdminPort, "/metrics")).Contains("weft_checked_endpoints", StringComparison.Ordinal), "the check ends");
        int before = second.Requests;
        await MeshTests.UntilAsync(async () => await TryAsync(near) || second.Requests > before, "requests go");
        await MeshTests.UntilAsync(
            async () =>
            {
                await TryAsync(near);
                return second.Requests > before;
            },
            "the endpoint gets requests again");
    }

    [Fact]
    public async Task Without_a_healthy_endpoint_the_answer_and_its_record_say_so()
    {
        await using SickOrigin first = await SickOrigin.StartAsync();
        await using SickOrigin second = await SickOrigin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        await mesh.ApplyAsync(Outside(first, second));
        await mesh.ApplyAsync(Policy("{http: {path: /healthz}, interval: 100ms, minHealthyPercent: 0}"));
        int near = Programs.FreePort();
        MeshProxy web = await mesh.StartProxyAsync("web-1", "--to", $"partner:80=127.0.0.1:{near}", "--access-log", "-");
        await MeshTests.UntilAsync(async () => await TryAsync(near), "the service answers");
        (first.IsIll, second.IsIll) = (true, true);
        await CountsAsync(web.AdminPort, healthy: 0, unhealthy: 2);
        (int, int) before = (first.Requests, second.Requests);
        (_, string answer, _) = await Programs.RunAsync("curl", "-sS", "-i", "-H", "x-request-id: nobody-well", $"http://127.0.0.1:{near}/");
        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("NO_HEALTHY_ENDPOINT", answer, StringComparison.Ordinal);
        Assert.Equal(before, (first.Requests, second.Requests));
        string record = "";
        await MeshTests.UntilAsync(
            async () =>
            {
                using HttpClient api = mesh.Api();
                using HttpResponseMessage story = await api.GetAsync(new Uri("/v1/flows/nobody-well", UriKind.Relative), Stop);
                record = await story.Content.ReadAsStringAsync(Stop);
                return story.IsSuccessStatusCode && record.Contains("considered", StringComparison.Ordinal);
            },
            "the record is there");
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"\"127.0.0.1:{first.Port}\""), record, StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse(record).RootElement.GetRawText().Split("\"unhealthy\"").Length - 1);
        await MeshTests.UntilAsync(
            async () =>
            {
                (int code, string why, _) = await mesh.WeftAsync("why web partner GET / -n shop");
                return code == 1 && why.Contains("none of the 2 endpoints of shop/partner is healthy", StringComparison.Ordinal) && why.Contains("(NO_HEALTHY_ENDPOINT)", StringComparison.Ordinal);
            },
            "the reason is told");

        first.IsIll = false;
        await CountsAsync(web.AdminPort, healthy: 1, unhealthy: 1);
        await AskAsync(near, 20);
    }

    /// <summary>Bad and good again under load, with two endpoints that are well at the beginning.</summary>
    private static async Task WalkThroughAsync(int port, int admin, SickOrigin first, SickOrigin second)
    {
        await CountsAsync(admin, healthy: 2, unhealthy: 0);
        await AskAsync(port, 60);
        Assert.True(first.Requests > 0 && second.Requests > 0, $"{first.Requests} and {second.Requests}");

        second.IsIll = true;
        await CountsAsync(admin, healthy: 1, unhealthy: 1);
        int before = second.Requests;
        await AskAsync(port, 300);
        Assert.Equal(before, second.Requests);

        int checks = second.Checks;
        second.IsIll = false;
        await CountsAsync(admin, healthy: 2, unhealthy: 0);
        Assert.True(second.Checks > checks);
        await MeshTests.UntilAsync(
            async () =>
            {
                await AskAsync(port, 10);
                return second.Requests > before;
            },
            "the endpoint gets requests again");
    }

    /// <summary>Requests of which none may fail, some on connections that stay and some on new ones.</summary>
    private static async Task AskAsync(int port, int times)
    {
        using HttpClient http = new();
        for (int i = 0; i < times; i++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{port}/");
            request.Headers.ConnectionClose = i % 3 == 0;
            using HttpResponseMessage answer = await http.SendAsync(request, Stop);
            Assert.True(answer.IsSuccessStatusCode, $"request {i}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Stop)}");
        }
    }

    private static async Task<bool> TryAsync(int port)
    {
        using HttpClient http = new();
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/"), Stop);
        return answer.IsSuccessStatusCode;
    }

    private static Task CountsAsync(int admin, int healthy, int unhealthy) => MeshTests.UntilAsync(
        async () =>
        {
            string page = await PageAsync(admin, "/metrics");
            return page.Contains(string.Create(CultureInfo.InvariantCulture, $"weft_checked_endpoints{{health=\"healthy\"}} {healthy}\n"), StringComparison.Ordinal)
                && page.Contains(string.Create(CultureInfo.InvariantCulture, $"weft_checked_endpoints{{health=\"unhealthy\"}} {unhealthy}\n"), StringComparison.Ordinal);
        },
        $"{healthy} endpoints are healthy and {unhealthy} are not");

    private static async Task<string> PageAsync(int admin, string page)
    {
        using HttpClient http = new();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{admin}{page}"), Stop);
    }

    private static string Outside(SickOrigin first, SickOrigin second) => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: partner}
        spec: {ports: [{port: 80, appProtocol: http}]}
        ---
        apiVersion: weft.mesh/v1
        kind: Workload
        metadata: {name: partner-1}
        spec: {service: partner, address: 127.0.0.1, ports: [{port: 80, targetPort: {{first.Port}}}]}
        ---
        apiVersion: weft.mesh/v1
        kind: Workload
        metadata: {name: partner-2}
        spec: {service: partner, address: localhost, ports: [{port: 80, targetPort: {{second.Port}}}]}
        """;

    private static string Policy(string check) => $$"""
        apiVersion: weft.mesh/v1
        kind: TrafficPolicy
        metadata: {name: partner}
        spec:
          targetRef: {kind: Service, name: partner}
          balancing: roundRobin
          healthCheck: {{check}}
        """;
}
