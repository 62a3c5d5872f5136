using System.Text.Json;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>What proxies record, steered by the control plane while they run.</summary>
public sealed class TelemetryPolicyTests : IDisposable
{
    private const string Everybody = """
        apiVersion: weft.mesh/v1
        kind: Telemetry
        metadata: {name: everybody}
        spec: {traceSample: 100, accessLogSample: 0}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("weft-telemetry-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_share_that_the_control_plane_tells_holds_in_running_proxies_until_it_is_taken_back()
    {
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        string log = Path.Combine(_folder, "access.log");
        await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1");
        int port = Programs.FreePort();
        MeshProxy web = await mesh.StartProxyAsync("web-1", "--to", $"cart:8080=127.0.0.1:{port}", "--access-log", log, "--trace-sample", "0");
        using HttpClient http = new();
        await MeshTests.UntilAsync(async () => await StatusAsync(http, port, "/bytes/1") == 200 && Logged(log, "/bytes/1"), "an exchange is logged");
        JsonElement own = await TelemetryOfAsync(http, web);
        Assert.Equal((0, 100, 0), (Number(own, "traceSamplePercent"), Number(own, "accessLogSamplePercent"), own.GetProperty("fromControlPlane").GetArrayLength()));

        await mesh.ApplyAsync(Everybody);
        await MeshTests.UntilAsync(async () => Number(await TelemetryOfAsync(http, web), "traceSamplePercent") == 100, "the proxy has what was applied");
        Assert.Equal(0, Number(await TelemetryOfAsync(http, web), "accessLogSamplePercent"));
        Assert.Equal(200, await StatusAsync(http, port, "/bytes/2"));
        await MeshTests.UntilAsync(async () => (await mesh.WeftAsync("logs path==/bytes/2 -n shop")).Output.Contains("/bytes/2", StringComparison.Ordinal), "the control plane has the ordinary exchange");
        Assert.False(Logged(log, "/bytes/2"));

        Assert.Equal(0, (await mesh.WeftAsync("delete telemetry everybody -n shop --yes")).Code);
        await MeshTests.UntilAsync(async () => Number(await TelemetryOfAsync(http, web), "accessLogSamplePercent") == 100, "the proxy goes by its own options again");
        await MeshTests.UntilAsync(async () => await StatusAsync(http, port, "/bytes/3") == 200 && Logged(log, "/bytes/3"), "an exchange is logged again");
    }

    private static async Task<int> StatusAsync(HttpClient http, int port, string path)
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"), Stop);
        return (int)answer.StatusCode;
    }

    private static async Task<JsonElement> TelemetryOfAsync(HttpClient http, MeshProxy proxy)
    {
        using JsonDocument config = JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{proxy.AdminPort}/config"), Stop));
        return config.RootElement.GetProperty("telemetry").Clone();
    }

    private static double Number(JsonElement telemetry, string name) => telemetry.GetProperty(name).GetDouble();

    private static bool Logged(string log, string path) => File.Exists(log) && File.ReadAllText(log).Contains($"\"{path}\"", StringComparison.Ordinal);
}
