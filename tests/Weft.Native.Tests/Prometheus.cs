using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Debian's Prometheus, which scrapes admin addresses on loopback every second and keeps exemplars.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weft-prometheus-").FullName;
    private readonly HttpClient _http;
    private readonly Process _process;

    private Prometheus(int port, int[] targets)
    {
        _http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
        string config = Path.Combine(_folder, "prometheus.yml");
        string list = string.Join(", ", targets.Select(static target => string.Create(CultureInfo.InvariantCulture, $"'127.0.0.1:{target}'")));
        File.WriteAllText(config, $"global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: weft, static_configs: [{{targets: [{list}]}}]}}]\n");
        _process = Programs.Start(
            "prometheus",
            [$"--config.file={config}", $"--storage.tsdb.path={_folder}/tsdb", $"--web.listen-address={_http.BaseAddress.Authority}", "--log.level=error", "--enable-feature=exemplar-storage"]);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static void SkipIfMissing()
    {
        if (!Programs.Has("promtool") || !Programs.Has("prometheus"))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must have Prometheus");
            Assert.Skip("needs Debian's package prometheus");
        }
    }

    /// <summary>Starts one and waits until it has scraped every target.</summary>
    /// <param name="port">Where it shall answer.</param>
    /// <param name="targets">Ports of admin addresses.</param>
    public static async Task<Prometheus> StartAsync(int port, params int[] targets)
    {
        Prometheus prometheus = new(port, targets);
        string all = targets.Length.ToString(CultureInfo.InvariantCulture);
        await prometheus.WaitUntilAsync(async () => await prometheus.QueryAsync("count(weft_build_info)") == all);
        return prometheus;
    }

    /// <summary>The value of an expression with one series; empty while there is none, or no answer.</summary>
    public async Task<string> QueryAsync(string query)
    {
        JsonElement? data = await GetAsync("/api/v1/query?query=" + Uri.EscapeDataString(query));
        return data?.GetProperty("result") is { } result && result.GetArrayLength() == 1 ? result[0].GetProperty("value")[1].GetString()! : "";
    }

    /// <summary>Labels of all exemplars of a series of the last hour, with the value of each.</summary>
    public async Task<List<(Dictionary<string, string> Labels, double Value)>> ExemplarsAsync(string query)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        JsonElement? data = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/query_exemplars?start={now - 3_600}&end={now + 60}&query={Uri.EscapeDataString(query)}"));
        return data is not { } series ? [] :
        [
            .. series.EnumerateArray().SelectMany(static one => one.GetProperty("exemplars").EnumerateArray()).Select(static exemplar => (
                exemplar.GetProperty("labels").EnumerateObject().ToDictionary(static label => label.Name, static label => label.Value.GetString()!),
                double.Parse(exemplar.GetProperty("value").GetString()!, CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>Waits, at most a minute, until something is true.</summary>
    public async Task WaitUntilAsync(Func<Task<bool>> isTrue)
    {
        for (long until = Environment.TickCount64 + 60_000; !await isTrue(); await Task.Delay(200, Stop))
        {
            Assert.True(Environment.TickCount64 < until, "Prometheus did not show within a minute what it should");
        }
    }

    /// <summary>Ends it; what it knows is gone.</summary>
    public async Task EndAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _process.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<JsonElement?> GetAsync(string path)
    {
        try
        {
            using JsonDocument answer = JsonDocument.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative), Stop));
            return answer.RootElement.GetProperty("data").Clone();
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return null;
        }
    }
}
