using System.Globalization;
using System.Text.Json;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>The figures of the built server from a real Prometheus that scrapes real proxies, beside those from its own store.</summary>
public sealed class PrometheusSourceTests
{
    private const int Good = 300;
    private const int Bad = 60;

    private readonly int _web = Programs.FreePort();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Source => string.Create(CultureInfo.InvariantCulture, $"prometheus=http://127.0.0.1:{_web}");

    [Fact]
    public async Task Both_sources_tell_the_same_of_a_time_that_is_over()
    {
        Prometheus.SkipIfMissing();
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        MeshProxy cart = await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1", "--label", "version=v2");
        int port = Programs.FreePort();
        MeshProxy web = await mesh.StartProxyAsync("web-1", "--to", $"cart:8080=127.0.0.1:{port}");
        await using Prometheus prometheus = await Prometheus.StartAsync(_web, cart.AdminPort, web.AdminPort);
        using HttpClient http = new();
        long first = await RestAsync();
        await SendAsync(http, port, Good, Bad);
        long second = await RestAsync();
        await SendAsync(http, port, Good / 2, 0);
        long end = await RestAsync();
        (long From, long To)[] windows = [(first, second), (second, end), (first, end)];
        List<(string Question, List<TrafficRow> Rows)> stored = await AskAsync(mesh, windows);
        await mesh.StopServerAsync();
        await mesh.StartServerAsync("--query-source", Source);
        List<(string Question, List<TrafficRow> Rows)> computed = await AskAsync(mesh, windows);
        Assert.Equal((Good * 3 / 2) + Bad, stored.Single(of => of.Question == $"stat {first} {end} service").Rows.Single(static row => row.Destination == "shop/cart").Requests);
        foreach (((string question, List<TrafficRow> own), (_, List<TrafficRow> theirs)) in stored.Zip(computed))
        {
            Compare(question, own, theirs);
        }
    }

    [Fact]
    public async Task Series_come_from_it_too_and_without_it_the_map_goes_on()
    {
        Prometheus.SkipIfMissing();
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync("--query-source", Source);
        MeshProxy cart = await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1");
        int port = Programs.FreePort();
        MeshProxy web = await mesh.StartProxyAsync("web-1", "--to", $"cart:8080=127.0.0.1:{port}");
        (int code, _, string errors) = await mesh.WeftAsync("stat");
        Assert.Equal(69, code);
        Assert.Contains($"Prometheus at http://127.0.0.1:{_web} cannot be reached", errors, StringComparison.Ordinal);
        Assert.Contains("WF0023", errors, StringComparison.Ordinal);
        await using Prometheus prometheus = await Prometheus.StartAsync(_web, cart.AdminPort, web.AdminPort);
        using HttpClient http = new();
        long first = await RestAsync();
        await SendAsync(http, port, Good, Bad);
        long end = await RestAsync();
        using HttpClient api = mesh.Api();
        SeriesAnswer series = (await JsonAsync(api, $"/v1/series?of=edge:shop/web>shop/cart&from={first}&to={end}", ApiJson.Default.SeriesAnswer))!;
        Assert.InRange(series.Requests.Sum(), (Good + Bad) * 0.99, (Good + Bad) * 1.01);
        Assert.Contains(series.P99Ms, static p99 => p99 > 0);
        await prometheus.EndAsync();
        using HttpResponseMessage refused = await api.GetAsync($"/v1/edges?from={first}&to={end}", Stop);
        Assert.Equal(System.Net.HttpStatusCode.BadGateway, refused.StatusCode);
        Topology map = (await JsonAsync(api, $"/v1/topology?from={first}", ApiJson.Default.Topology))!;
        Assert.Equal(Good + Bad, map.Edges.Single(static edge => edge.Id == "shop/web>shop/cart").Requests);
        Assert.NotNull(await JsonAsync(api, "/v1/home", ApiJson.Default.HomeAnswer));
    }

    /// <summary>Rows in the order in which both answer them; requests within one in a hundred, and the rest as near as buckets and rounding are.</summary>
    private static void Compare(string question, List<TrafficRow> stored, List<TrafficRow> computed)
    {
        Assert.True(stored.Count == computed.Count, $"{question}: {stored.Count} rows and {computed.Count}");
        foreach ((TrafficRow own, TrafficRow theirs) in stored.Zip(computed))
        {
            string row = $"{question} {own.Source} {own.Destination} {own.Workload} {own.Route} {own.Template} {own.Code}";
            Assert.Equal(
                (row, own.Source, own.Destination, own.Protocol, own.Workload, own.Version, own.Template, own.Code, own.SourceIdentity, own.DestinationIdentity),
                (row, theirs.Source, theirs.Destination, theirs.Protocol, theirs.Workload, theirs.Version, theirs.Template, theirs.Code, theirs.SourceIdentity, theirs.DestinationIdentity));
            Near(row + " requests", own.Requests, theirs.Requests);
            Near(row + " failures", own.Failures, theirs.Failures);
            Near(row + " mutual TLS", own.MutualTls, theirs.MutualTls);
            Near(row + " bytes", own.BytesPerSecond, theirs.BytesPerSecond);
            Assert.Equal(own.Reasons, theirs.Reasons);
            if (own.Template is null)
            {
                Near(row + " p50", own.P50Ms ?? 0, theirs.P50Ms ?? 0);
                Near(row + " p99", own.P99Ms ?? 0, theirs.P99Ms ?? 0);
                Near(row + " application", own.Parts?.ApplicationMs ?? 0, theirs.Parts?.ApplicationMs ?? 0);
            }
        }
    }

    private static void Near(string what, double own, double theirs)
        => Assert.True(Math.Abs(own - theirs) <= (Math.Abs(own) * 0.01) + 1e-3, string.Create(CultureInfo.InvariantCulture, $"{what}: {own} and {theirs}"));

    /// <summary>What the command line prints of each window.</summary>
    private static async Task<List<(string Question, List<TrafficRow> Rows)>> AskAsync(LoopbackMesh mesh, (long From, long To)[] windows)
    {
        List<(string, List<TrafficRow>)> answers = [];
        foreach ((long from, long to) in windows)
        {
            string time = $"--from {Iso(from)} --to {Iso(to)} -A -o json";
            foreach (string by in (string[])["service", "workload", "namespace", "route", "version", "code"])
            {
                answers.Add(($"stat {from} {to} {by}", await RowsAsync($"stat --by {by} {time}")));
            }

            using HttpClient api = mesh.Api();
            answers.Add(($"edges {from} {to}", [.. (await JsonAsync(api, $"/v1/edges?from={from}&to={to}", ApiJson.Default.TrafficTable))!.Rows]));
        }

        return answers;

        async Task<List<TrafficRow>> RowsAsync(string command)
        {
            (int code, string output, string errors) = await mesh.WeftAsync(command);
            Assert.True(code == 0, $"weft {command}: {errors}");
            return [.. JsonSerializer.Deserialize(output, ApiJson.Default.TrafficTable)!.Rows];
        }
    }

    private static async Task<T?> JsonAsync<T>(HttpClient api, string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        using HttpResponseMessage answer = await api.GetAsync(path, Stop);
        string body = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonSerializer.Deserialize(body, type);
    }

    private static string Iso(long second) => DateTimeOffset.FromUnixTimeSeconds(second).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static async Task SendAsync(HttpClient http, int port, int good, int bad)
    {
        for (int i = 0; i < good + bad; i++)
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/{(i < good ? "hello" : "bytes/-1")}"), Stop);
            await answer.Content.ReadAsByteArrayAsync(Stop);
        }
    }

    /// <summary>Waits until every figure of the past has arrived everywhere; the second that windows may begin and end with.</summary>
    private static async Task<long> RestAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(4), Stop);
        long second = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await Task.Delay(TimeSpan.FromSeconds(2), Stop);
        return second;
    }
}
