using Grpc.Core;
using Weft.Contracts;
using Weft.Contracts.Api;
using Weft.Contracts.Discovery;
using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Status;
using Weft.ControlPlane.Tests.Support;
using Xunit;

namespace Weft.ControlPlane.Tests.Serving;

public sealed class DeltaStreamTests
{
    private const string CartYaml = """
        apiVersion: v1
        kind: Service
        metadata: {name: cart, namespace: shop}
        spec: {ports: [{port: 80, targetPort: 8080, appProtocol: http}]}

        """;

    private const string RouteYaml = """
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: cart, namespace: shop}
        spec:
          parentRefs: [{group: "", kind: Service, name: cart}]
          rules: [{backendRefs: [{name: cart, port: 80, weight: WEIGHT}]}]
        """;

    [Fact]
    public async Task A_proxy_that_joined_gets_what_it_subscribes_to()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(CartYaml);
        await using ScriptedProxy cart = await mesh.JoinAsync("shop", "cart", "cart-1");
        await cart.HelloAsync("10.1.0.7");
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = web.OpenDelta();
        await delta.SubscribeAsync(web.Node(), TypeUrls.Destination, "host/cart@shop");
        Destination destination = Destination.Parse((await delta.TakeAsync()).Resources.Single().Body!.Value);
        Assert.Equal("shop/cart", destination.Service);
        Assert.StartsWith("240.77.", destination.VirtualAddress, StringComparison.Ordinal);

        await delta.SubscribeAsync(null, TypeUrls.Service, "shop/cart");
        Service service = Service.Parse((await delta.TakeAsync()).Resources.Single().Body!.Value);
        Assert.Equal(destination.VirtualAddress, service.VirtualAddress);
        Assert.Equal(80u, service.Ports.Single().Number);

        await delta.SubscribeAsync(null, TypeUrls.Endpoints, "shop/cart");
        Endpoint endpoint = Endpoints.Parse((await delta.TakeAsync()).Resources.Single().Body!.Value).Items.Single();
        Assert.Equal("10.1.0.7", endpoint.Address);
        Assert.Equal("spiffe://weft.local/ns/shop/svc/cart", endpoint.Identity);
        Assert.Equal(8080u, endpoint.Ports.Single().Target);

        await delta.SubscribeAsync(null, TypeUrls.TrustBundle, "weft.local");
        Assert.Equal(web.Signed!.Roots.Single(), Contracts.Mesh.TrustBundle.Parse((await delta.TakeAsync()).Resources.Single().Body!.Value).Roots.Single());

        await delta.SubscribeAsync(null, TypeUrls.PolicySet, "shop/web");
        PolicySet policy = PolicySet.Parse((await delta.TakeAsync()).Resources.Single().Body!.Value);
        Assert.Equal(TlsMode.Permissive, policy.TlsMode);
        Assert.Equal(DefaultAction.Allow, policy.DefaultAction);
    }

    [Fact]
    public async Task The_first_proxy_already_finds_the_model()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(CartYaml, commit: 41);
        Assert.Equal(41, mesh.Plane.Ports.Mesh!.GetStatus().Commit);
        Assert.Equal("cart", mesh.Plane.Ports.Mesh.GetServices().Single().Name);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_yet_is_told_missing_and_sent_when_it_begins_to_exist()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = web.OpenDelta();
        await delta.SubscribeAsync(web.Node(), TypeUrls.Destination, "host/cart.shop.svc.cluster.local@shop");
        DeltaDiscoveryResponse missing = await delta.TakeAsync();
        Assert.Equal("host/cart.shop.svc.cluster.local@shop", missing.RemovedResources.Single());
        await using ScriptedProxy cart = await mesh.JoinAsync("shop", "cart", "cart-1");
        await cart.HelloAsync();
        Assert.Equal("shop/cart", Destination.Parse((await delta.TakeAsync()).Resources.Single().Body!.Value).Service);
    }

    [Fact]
    public async Task Policies_of_others_and_names_of_other_namespaces_do_not_exist_for_a_proxy()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(CartYaml);
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = web.OpenDelta();
        await delta.SubscribeAsync(web.Node(), TypeUrls.PolicySet, "shop/cart");
        Assert.Single((await delta.TakeAsync()).RemovedResources);
        await delta.SubscribeAsync(null, TypeUrls.Destination, "host/cart.shop@bank");
        Assert.Single((await delta.TakeAsync()).RemovedResources);
    }

    [Fact]
    public async Task A_commit_is_pushed_acknowledged_and_then_done()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(CartYaml + RouteYaml.Replace("WEIGHT", "1", StringComparison.Ordinal));
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = web.OpenDelta();
        await delta.SubscribeAsync(web.Node(), TypeUrls.RouteSet, "shop/cart");
        await delta.TakeAsync();

        mesh.Apply(2, CartYaml + RouteYaml.Replace("WEIGHT", "7", StringComparison.Ordinal));
        DeltaDiscoveryResponse push = await delta.ReadAsync();
        Assert.Equal("2", push.SystemVersionInfo);
        Assert.Equal(7u, RouteSet.Parse(push.Resources.Single().Body!.Value).Rules.Single().Backends.Single().Weight);
        RolloutStatus before = (await mesh.Plane.Ports.Mesh!.GetRolloutAsync(2, TimeSpan.Zero, CancellationToken.None))!;
        Assert.False(before.Done);
        Assert.Equal("shop/web-1", before.Lagging.Single());

        ValueTask<RolloutStatus?> waiting = mesh.Plane.Ports.Mesh.GetRolloutAsync(2, ScriptedProxy.Patience, CancellationToken.None);
        await delta.AckAsync(push);
        RolloutStatus after = (await waiting)!;
        Assert.True(after.Done);
        Assert.Equal((1, 1), (after.Affected, after.Current));
    }

    [Fact]
    public async Task A_refusal_is_recorded_by_name_with_its_reason_and_ends_the_wait()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(CartYaml + RouteYaml.Replace("WEIGHT", "1", StringComparison.Ordinal));
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        await web.HelloAsync();
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = web.OpenDelta();
        await delta.SubscribeAsync(web.Node(), TypeUrls.RouteSet, "shop/cart");
        await delta.TakeAsync();
        mesh.Apply(2, CartYaml + RouteYaml.Replace("WEIGHT", "7", StringComparison.Ordinal));
        await delta.AckAsync(await delta.ReadAsync(), "shop/cart: weight 7 is unlucky");
        RolloutStatus status = (await mesh.Plane.Ports.Mesh!.GetRolloutAsync(2, ScriptedProxy.Patience, CancellationToken.None))!;
        Assert.True(status.Done);
        Assert.Equal(0, status.Current);
        Assert.Equal(new ProxyRefusal("shop/web-1", "RouteSet/shop/cart", "weight 7 is unlucky"), status.Refused.Single());
        ProxyItem item = mesh.Plane.Ports.Mesh.GetStatus().Proxies.Single(proxy => proxy.Workload == "shop/web-1");
        Assert.Equal("refused", item.State);
        Assert.Contains("unlucky", item.LastRefusal, StringComparison.Ordinal);

        mesh.Apply(3, CartYaml + RouteYaml.Replace("WEIGHT", "8", StringComparison.Ordinal));
        await delta.TakeAsync();
        await mesh.Plane.Ports.Mesh.GetRolloutAsync(3, ScriptedProxy.Patience, CancellationToken.None);
        Assert.Equal("current", mesh.Plane.Ports.Mesh.GetStatus().Proxies.Single(proxy => proxy.Workload == "shop/web-1").State);
    }

    [Fact]
    public async Task A_commit_that_was_never_made_has_no_rollout()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(CartYaml, commit: 3);
        Assert.Null(await mesh.Plane.Ports.Mesh!.GetRolloutAsync(4, ScriptedProxy.Patience, CancellationToken.None));
        Assert.True((await mesh.Plane.Ports.Mesh.GetRolloutAsync(2, TimeSpan.Zero, CancellationToken.None))!.Done);
    }

    [Fact]
    public async Task A_commit_that_concerns_nobody_is_done_at_once()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        mesh.Apply(2, CartYaml);
        RolloutStatus status = (await mesh.Plane.Ports.Mesh!.GetRolloutAsync(2, ScriptedProxy.Patience, CancellationToken.None))!;
        Assert.True(status.Done);
        Assert.Equal(0, status.Affected);
    }

    [Fact]
    public async Task A_proxy_that_comes_back_gets_only_what_it_does_not_have()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(CartYaml + RouteYaml.Replace("WEIGHT", "1", StringComparison.Ordinal));
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        Dictionary<string, string> known = [];
        using (AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> first = web.OpenDelta())
        {
            await first.SubscribeAsync(web.Node(), TypeUrls.RouteSet, "shop/cart");
            known["shop/cart"] = (await first.TakeAsync()).Resources.Single().Version;
        }

        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> second = web.OpenDelta();
        await second.RequestStream.WriteAsync(new DeltaDiscoveryRequest
        {
            Node = web.Node(),
            TypeUrl = TypeUrls.RouteSet,
            ResourceNamesSubscribe = ["shop/cart", "shop/ghost"],
            InitialResourceVersions = known,
        });
        DeltaDiscoveryResponse response = await second.TakeAsync();
        Assert.Empty(response.Resources);
        Assert.Equal("shop/ghost", response.RemovedResources.Single());
        mesh.Apply(2, CartYaml);
        Assert.Equal("shop/cart", (await second.TakeAsync()).RemovedResources.Single());
    }

    [Fact]
    public void The_names_of_one_request_are_answered_together_however_fast_the_sender_is()
    {
        SubscriptionIndex index = new(Workloads.View(CartYaml));
        AckLedger acks = new(TimeProvider.System);
        string[] names = [.. Enumerable.Range(0, 20).Select(number => $"shop/ghost-{number}"), "shop/cart"];
        string version = index.Subscribe(new NoSubscriber(), new DiscoveryKey(TypeUrls.Service, "shop/cart")).Current.Version;
        for (int round = 0; round < 2_000; round++)
        {
            using DeltaStream stream = new(index, acks.Open($"shop/w{round}", "shop/web"), new ProxyScope(Workloads.Id("web")));
            DeltaDiscoveryResponse? response = null;
            Thread sender = new(() => SpinWait.SpinUntil(() => (response = stream.Next()) is not null));
            sender.Start();
            stream.Handle(new DeltaDiscoveryRequest
            {
                TypeUrl = TypeUrls.Service,
                ResourceNamesSubscribe = [.. names],
                InitialResourceVersions = { ["shop/cart"] = version },
            });
            sender.Join();
            Assert.Equal(names.Length - 1, response!.RemovedResources.Count);
        }
    }

    [Fact]
    public async Task A_proxy_that_comes_back_with_all_it_had_is_told_that_it_is_current()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(CartYaml, commit: 4);
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> first = web.OpenDelta();
        await first.SubscribeAsync(web.Node(), TypeUrls.Service, "shop/cart");
        string version = (await first.TakeAsync()).Resources.Single().Version;
        web.Reconnect();
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> second = web.OpenDelta();
        await second.RequestStream.WriteAsync(new DeltaDiscoveryRequest
        {
            Node = web.Node(),
            TypeUrl = TypeUrls.Service,
            ResourceNamesSubscribe = ["shop/cart"],
            InitialResourceVersions = new() { ["shop/cart"] = version },
        });
        DeltaDiscoveryResponse response = await second.TakeAsync();
        Assert.Equal(("4", 0, 0), (response.SystemVersionInfo, response.Resources.Count, response.RemovedResources.Count));
    }

    [Fact]
    public async Task While_a_response_is_not_acknowledged_changes_merge_into_one()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(CartYaml + RouteYaml.Replace("WEIGHT", "1", StringComparison.Ordinal));
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = web.OpenDelta();
        await delta.SubscribeAsync(web.Node(), TypeUrls.RouteSet, "shop/cart");
        DeltaDiscoveryResponse held = await delta.ReadAsync();
        for (int weight = 2; weight <= 5; weight++)
        {
            mesh.Apply(weight, CartYaml + RouteYaml.Replace("WEIGHT", $"{weight}", StringComparison.Ordinal));
            long commit = weight;
            await Eventually.TrueAsync(() => mesh.Plane.Ports.Mesh!.GetStatus().Commit == commit, $"commit {commit} served");
        }

        await delta.AckAsync(held);
        DeltaDiscoveryResponse merged = await delta.TakeAsync();
        Assert.Equal(5u, RouteSet.Parse(merged.Resources.Single().Body!.Value).Rules.Single().Backends.Single().Weight);
        RolloutStatus status = (await mesh.Plane.Ports.Mesh!.GetRolloutAsync(3, ScriptedProxy.Patience, CancellationToken.None))!;
        Assert.True(status.Done);
        Assert.Equal(1, status.Current);
    }

    [Fact]
    public async Task State_of_the_world_has_the_same_content_as_delta()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(CartYaml + RouteYaml.Replace("WEIGHT", "1", StringComparison.Ordinal));
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = web.OpenDelta();
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> state = web.OpenState();
        foreach (string type in (string[])[TypeUrls.Service, TypeUrls.Endpoints, TypeUrls.RouteSet, TypeUrls.Destination])
        {
            string name = type == TypeUrls.Destination ? "host/cart@shop" : "shop/cart";
            await delta.SubscribeAsync(web.Node(), type, name);
            await state.RequestStream.WriteAsync(new DiscoveryRequest { Node = web.Node(), TypeUrl = type, ResourceNames = [name] });
            DeltaDiscoveryResponse fromDelta = await delta.TakeAsync();
            DiscoveryResponse fromState = await state.ReadAsync();
            await state.RequestStream.WriteAsync(new DiscoveryRequest
            {
                TypeUrl = type,
                ResourceNames = [name],
                ResponseNonce = fromState.Nonce,
                VersionInfo = fromState.VersionInfo,
            });
            Assert.Equal(type, fromState.TypeUrl);
            Assert.Equal(fromDelta.Resources.Single().Body!.Value, fromState.Resources.Single().Value);
        }

        mesh.Apply(2, CartYaml + RouteYaml.Replace("WEIGHT", "9", StringComparison.Ordinal));
        Assert.Equal((await delta.TakeAsync()).Resources.Single().Body!.Value, (await state.ReadAsync()).Resources.Single().Value);
    }

    [Theory]
    [InlineData("type.googleapis.com/envoy.config.listener.v3.Listener", "x", "shop/web-1")]
    [InlineData(TypeUrls.Service, "", "shop/web-1")]
    [InlineData(TypeUrls.Service, "shop/cart", "bank/web-1")]
    [InlineData(TypeUrls.Service, "shop/cart", "")]
    public async Task A_stream_that_breaks_a_rule_is_ended_with_the_reason(string type, string name, string node)
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = web.OpenDelta();
        await delta.SubscribeAsync(new Node { Id = node }, type, name);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => delta.ReadAsync());
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task Endpoints_follow_the_health_that_a_proxy_reports()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy cart = await mesh.JoinAsync("shop", "cart", "cart-1");
        AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> session = await cart.HelloAsync();
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = cart.OpenDelta();
        await delta.SubscribeAsync(cart.Node(), TypeUrls.Endpoints, "shop/cart");
        await session.RequestStream.WriteAsync(new ProxyMessage { Health = new HealthReport { Healthy = true } });
        await UntilAsync(Health.Healthy);
        await session.RequestStream.WriteAsync(new ProxyMessage { Goodbye = new Goodbye { Draining = true } });
        await UntilAsync(Health.Draining);
        await session.RequestStream.WriteAsync(new ProxyMessage { Goodbye = new Goodbye() });
        Assert.Equal("shop/cart", (await delta.TakeAsync()).RemovedResources.Single());

        // What was said before may be told first: the proxy joins, reports and subscribes at the same time.
        async Task UntilAsync(Health wanted)
        {
            Health? seen = null;
            while (seen != wanted)
            {
                Resource? told = (await delta.TakeAsync()).Resources.SingleOrDefault();
                seen = told is null ? null : Endpoints.Parse(told.Body!.Value).Items.SingleOrDefault()?.Health;
            }
        }
    }

    private sealed class NoSubscriber : ISubscriber
    {
        public void Changed(DiscoveryKey key)
        {
            // Nothing is sent to it.
        }

        public void Affected(DiscoveryKey key, long commit)
        {
            // Its rollout is not followed.
        }
    }
}
