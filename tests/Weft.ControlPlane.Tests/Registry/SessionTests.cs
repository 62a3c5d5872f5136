using Grpc.Core;
using Weft.Contracts;
using Weft.Contracts.Api;
using Weft.Contracts.Discovery;
using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Tests.Support;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests.Registry;

public sealed class SessionTests
{
    [Fact]
    public async Task A_proxy_cannot_speak_for_a_service_that_its_certificate_does_not_name()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy proxy = await mesh.JoinAsync("shop", "cart", "cart-1");
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => proxy.HelloAsync(change: hello => hello.Service = "shop/admin"));
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        Assert.Empty(mesh.Plane.Ports.Mesh!.GetStatus().Proxies);
    }

    [Fact]
    public async Task A_service_is_there_for_a_commit_as_soon_as_its_first_workload_has_said_hello()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        NamespacedName cart = new("shop", "cart");
        Assert.False(mesh.Plane.Ports.Services.Exists(cart));
        await using ScriptedProxy proxy = await mesh.JoinAsync("shop", "cart", "cart-1");
        await proxy.HelloAsync();
        Assert.True(mesh.Plane.Ports.Services.Exists(cart));
        Assert.Equal([8080], mesh.Plane.Ports.Services.PortsOf(cart));
    }

    [Fact]
    public async Task A_session_that_does_not_begin_with_hello_is_ended()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy proxy = await mesh.JoinAsync("shop", "cart", "cart-1");
        AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> session = proxy.OpenSession();
        await session.RequestStream.WriteAsync(new ProxyMessage { Health = new HealthReport { Healthy = true } });
        RpcException ended = await Assert.ThrowsAsync<RpcException>(() => session.ReadAsync());
        Assert.Equal(StatusCode.InvalidArgument, ended.StatusCode);
    }

    [Fact]
    public async Task What_callers_find_of_endpoints_without_a_proxy_is_counted_until_their_sessions_end()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        IMeshView view = mesh.Plane.Ports.Mesh!;
        await using ScriptedProxy cart = await mesh.JoinAsync("shop", "cart", "cart-1");
        AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> one = await cart.HelloAsync();
        await using (ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1"))
        {
            AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> other = await web.HelloAsync();
            await one.RequestStream.WriteAsync(Found(isHealthy: true, "", seconds: 120));
            await other.RequestStream.WriteAsync(Found(isHealthy: false, new string('x', 1_000), seconds: 60));
            await Eventually.TrueAsync(() => view.GetChecks(null, null) is [{ Healthy: 1, Unhealthy: 1 }], "both verdicts are known");
            CheckItem item = Assert.Single(view.GetChecks("shop/db", null));
            Assert.Equal(("shop/db", "shop/db-1", "10.0.0.9:5432", 256, "shop/web-1", false), (item.Service, item.Endpoint, item.Address, item.Finding.Length, Assert.Single(item.UnhealthyFor), item.IsDown()));
            Assert.True(Assert.Single(view.GetChecks("shop/db", "shop/web")).IsDown());
            Assert.Equal("unhealthy", Assert.Single(view.GetChecks("shop/db", "shop/web")).Verdict);
            Assert.Equal("healthy", Assert.Single(view.GetChecks("shop/db", "shop/cart")).Verdict);

            Assert.Equal("disputed", item.Verdict);

            // The one who finds it bad says since when, as an age; how the other found it before is of no interest then.
            Assert.InRange((TimeProvider.System.GetUtcNow() - item.Since!.Value).TotalSeconds, 59, 119);
            Assert.InRange((TimeProvider.System.GetUtcNow() - Assert.Single(view.GetChecks("shop/db", "shop/cart")).Since!.Value).TotalSeconds, 119, 179);
            Assert.Empty(view.GetChecks("shop/cart", null));
        }

        await Eventually.TrueAsync(() => view.GetChecks(null, null) is [{ Healthy: 1, Unhealthy: 0 }], "the verdict of the session that ended is forgotten");
        await one.RequestStream.WriteAsync(new ProxyMessage { Checks = new CheckReport() });
        await Eventually.TrueAsync(() => view.GetChecks(null, null).Count == 0, "nothing is checked any more");

        static ProxyMessage Found(bool isHealthy, string detail, ulong seconds) => new()
        {
            Checks = new CheckReport { Endpoints = { new CheckedEndpoint { Service = "shop/db", Endpoint = "shop/db-1", Address = "10.0.0.9:5432", Healthy = isHealthy, Detail = detail, HeldMs = seconds * 1_000 } } },
        };
    }

    [Fact]
    public async Task Commands_reach_the_proxy_and_their_answers_come_back()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy proxy = await mesh.JoinAsync("shop", "cart", "cart-1");
        AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> session = await proxy.HelloAsync();
        IProxyCommands commands = mesh.Plane.Ports.Commands!;
        ValueTask<ProxyCommandOutcome> dump = commands.SendAsync("shop", "cart-1", "dump", new Dictionary<string, string>(), CancellationToken.None);
        ValueTask<ProxyCommandOutcome> drain = commands.SendAsync("shop", "cart-1", "drain", new Dictionary<string, string>(), CancellationToken.None);
        Command first = (await session.ReadAsync()).Command!;
        Command second = (await session.ReadAsync()).Command!;
        Assert.Equal(("dump", "drain"), (first.Verb, second.Verb));
        await session.RequestStream.WriteAsync(new ProxyMessage { Result = new CommandResult { Id = second.Id, Ok = false, Text = "busy" } });
        await session.RequestStream.WriteAsync(new ProxyMessage { Result = new CommandResult { Id = first.Id, Ok = true, Text = "{}" } });
        Assert.Equal(new ProxyCommandOutcome(ProxyCommandResult.Done, "{}"), await dump);
        Assert.Equal(new ProxyCommandOutcome(ProxyCommandResult.Failed, "busy"), await drain);
        ProxyCommandOutcome nobody = await commands.SendAsync("shop", "ghost", "dump", new Dictionary<string, string>(), CancellationToken.None);
        Assert.Equal(ProxyCommandResult.NotConnected, nobody.Result);
    }

    [Fact]
    public async Task A_command_to_a_proxy_that_leaves_does_not_wait()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy proxy = await mesh.JoinAsync("shop", "cart", "cart-1");
        AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> session = await proxy.HelloAsync();
        ValueTask<ProxyCommandOutcome> dump = mesh.Plane.Ports.Commands!.SendAsync("shop", "cart-1", "dump", new Dictionary<string, string>(), CancellationToken.None);
        await session.ReadAsync();
        await session.RequestStream.WriteAsync(new ProxyMessage { Goodbye = new Goodbye() });
        Assert.Equal(ProxyCommandResult.NotConnected, (await dump).Result);
    }

    [Fact]
    public async Task After_a_restart_of_the_server_endpoints_are_known_before_their_proxies_return()
    {
        var store = new MemoryMetaStore();
        Dictionary<string, string> known = [];
        int port;
        await using TestMesh first = await TestMesh.StartAsync(store: store);
        await using ScriptedProxy cart = await first.JoinAsync("shop", "cart", "cart-1");
        AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> session = await cart.HelloAsync("10.7.7.7");
        await session.RequestStream.WriteAsync(new ProxyMessage { Health = new HealthReport { Healthy = true } });
        await using ScriptedProxy web = await first.JoinAsync("shop", "web", "web-1");
        await web.HelloAsync("10.7.7.8");
        await Eventually.TrueAsync(
            () => first.Plane.Ports.Mesh!.GetStatus().Proxies is { Count: 2 } proxies && proxies[0].Health == "healthy", "both proxies registered");
        port = first.Plane.Address.Port;
        await first.DisposeAsync();
        cart.Reconnect();
        web.Reconnect();

        await using TestMesh second = await TestMesh.StartAsync(store: store, port: port);
        Assert.All(second.Plane.Ports.Mesh!.GetStatus().Proxies, proxy => Assert.Equal("disconnected", proxy.State));
        AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = web.OpenDelta();
        await delta.SubscribeAsync(web.Node(), TypeUrls.Endpoints, "shop/cart");
        Endpoint endpoint = Endpoints.Parse((await delta.TakeAsync()).Resources.Single().Body!.Value).Items.Single();
        Assert.Equal(("10.7.7.7", Health.Healthy), (endpoint.Address, endpoint.Health));
    }

    [Fact]
    public async Task Status_shows_what_the_proxy_said_and_reports()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy proxy = await mesh.JoinAsync("shop", "cart", "cart-1");
        AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> session = await proxy.HelloAsync("10.3.0.1", hello => hello.Labels["version"] = "v1");
        AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = proxy.OpenDelta();
        await delta.SubscribeAsync(proxy.Node(), TypeUrls.PolicySet, "shop/cart");
        await delta.TakeAsync();
        await session.RequestStream.WriteAsync(new ProxyMessage
        {
            Traffic = new TrafficReport { ResidentBytes = 12_000_000, CpuUs = 5, CertificateNotAfterUnixS = 1_800_000_000 },
        });
        ProxyItem Item() => mesh.Plane.Ports.Mesh!.GetStatus().Proxies.Single();
        await Eventually.TrueAsync(() => Item() is { ResidentBytes: 12_000_000, Subscriptions: 1 }, "figures");
        ProxyItem item = Item();
        Assert.Equal(("shop/cart-1", "shop/cart", "current", "10.3.0.1"), (item.Workload, item.Service, item.State, item.Address));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), item.CertificateNotAfter);
        Assert.Equal("spiffe://weft.local/ns/shop/svc/cart", item.Identity);
        Assert.Equal("v1", item.Labels["version"]);
        ServiceItem service = mesh.Plane.Ports.Mesh!.GetServices().Single();
        Assert.Equal(("shop", "cart", 1, 1, true), (service.Namespace, service.Name, service.Endpoints, service.Meshed, service.Implicit));
    }
}
