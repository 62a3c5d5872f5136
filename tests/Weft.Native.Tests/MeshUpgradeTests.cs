using System.Globalization;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Proxies of a mesh that get a new binary while they work.</summary>
public sealed class MeshUpgradeTests
{
    [Fact]
    public async Task Twenty_upgrades_in_a_row_of_both_proxies_of_a_call_lose_no_request_and_refuse_no_connection()
    {
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        MeshProxy cart = await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1", "--health-path", "/hello");
        int port = Programs.FreePort();
        MeshProxy web = await mesh.StartProxyAsync("web-1", "--to", string.Create(CultureInfo.InvariantCulture, $"cart:8080=127.0.0.1:{port}"), "--workers", "2");
        await using UpgradedProcess callee = new(cart.AdminPort);
        await using UpgradedProcess caller = new(web.AdminPort);
        using HttpClient http = new();
        await UpgradedProcess.UntilAsync(
            async () => (await http.GetAsync(new Uri($"http://127.0.0.1:{port}/hello"), TestContext.Current.CancellationToken)).IsSuccessStatusCode, "the service answers");
        double outbound = await caller.MetricAsync("weft_requests_total");
        StrictLoad load = new(port, keepAlive: 3, fresh: 2, http2: 0);
        await using (load)
        {
            for (int i = 0; i < 20; i++)
            {
                UpgradedProcess next = i % 2 == 0 ? callee : caller;
                int before = load.Answered;
                double counted = await next.MetricAsync("weft_requests_total");
                await next.UpgradeAsync();
                Assert.True(await next.MetricAsync("weft_requests_total") >= counted, "a counter went back");
                await UpgradedProcess.UntilAsync(() => Task.FromResult(load.Answered > before + 50), "requests are answered");
                Assert.Equal(["shop/cart-1 healthy", "shop/web-1 healthy"], await ProxiesAsync(mesh));
                await UpgradedProcess.UntilAsync(async () => await next.MetricAsync("weft_control_plane_connected") == 1, "the new process is connected");
                Assert.Equal(["shop/cart-1 healthy", "shop/web-1 healthy"], await ProxiesAsync(mesh));
            }

            await load.StopAndExpectNothingLostAsync();
        }

        await UpgradedProcess.UntilAsync(
            async () => await caller.MetricAsync("weft_requests_total") == outbound + load.Answered && await callee.MetricAsync("weft_connections_open") <= 2,
            "each request is counted once, over all processes");
        await UpgradedProcess.UntilAsync(() => Task.FromResult(cart.Process.HasExited && web.Process.HasExited), "the first processes have ended");
        Assert.Equal((0, 0), (cart.Process.ExitCode, web.Process.ExitCode));
    }

    [Fact]
    public async Task Without_the_control_plane_an_upgrade_goes_on_from_what_is_on_disk()
    {
        await using Origin origin = await Origin.StartAsync();
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1");
        int port = Programs.FreePort();
        MeshProxy web = await mesh.StartProxyAsync("web-1", "--to", string.Create(CultureInfo.InvariantCulture, $"cart:8080=127.0.0.1:{port}"));
        await using UpgradedProcess caller = new(web.AdminPort);
        using HttpClient http = new();
        await UpgradedProcess.UntilAsync(
            async () => (await http.GetAsync(new Uri($"http://127.0.0.1:{port}/hello"), TestContext.Current.CancellationToken)).IsSuccessStatusCode, "the service answers");
        await mesh.KillServerAsync();
        await using StrictLoad load = new(port, keepAlive: 2, fresh: 1, http2: 0);
        await UpgradedProcess.UntilAsync(() => Task.FromResult(load.Answered > 20), "requests are answered");
        await caller.UpgradeAsync();
        int before = load.Answered;
        await UpgradedProcess.UntilAsync(() => Task.FromResult(load.Answered > before + 50), "requests are answered");
        await load.StopAndExpectNothingLostAsync();

        await mesh.StartServerAsync();
        await UpgradedProcess.UntilAsync(async () => await caller.MetricAsync("weft_control_plane_connected") == 1, "the new process finds the control plane");
    }

    private static async Task<string[]> ProxiesAsync(LoopbackMesh mesh) =>
        [.. (await mesh.StatusAsync()).Proxies.Select(static (ProxyItem p) => $"{p.Workload} {p.Health}").Order(StringComparer.Ordinal)];
}
