using Weft.Contracts;
using Weft.Contracts.Mesh;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Tests.Support;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests.Generation;

public sealed class ViewTests
{
    [Fact]
    public void A_service_without_resource_exists_while_workloads_name_it_and_has_their_ports()
    {
        MeshView view = Workloads.View("", Workloads.Record("cart", "cart-1", "10.0.0.1"), Workloads.Record("cart", "cart-2", "10.0.0.2"));
        Service service = Service.Parse(Make(view, TypeUrls.Service, "shop/cart")!);
        Assert.Equal(8080u, service.Ports.Single().Number);
        Assert.Equal(Protocol.Http1, service.Ports.Single().Protocol);
        Assert.True(view.Services[new NamespacedName("shop", "cart")].IsImplicit);
        Assert.Null(Make(view, TypeUrls.Service, "shop/ghost"));
        Assert.Null(Make(view, TypeUrls.Endpoints, "shop/ghost"));
    }

    [Fact]
    public void A_selector_chooses_workloads_by_their_labels_and_the_identity_stays_their_own()
    {
        MeshView view = Workloads.View(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: cart-v2, namespace: shop}
            spec: {ports: [{port: 80, targetPort: 8080}], selector: {service: cart, version: v2}}
            """,
            Workloads.Record("cart", "cart-1", "10.0.0.1", Health.Healthy, ("version", "v1")),
            Workloads.Record("cart", "cart-2", "10.0.0.2", Health.Unhealthy, ("version", "v2")));
        Endpoint endpoint = Endpoints.Parse(Make(view, TypeUrls.Endpoints, "shop/cart-v2")!).Items.Single();
        Assert.Equal("shop/cart-2", endpoint.Workload);
        Assert.Equal("spiffe://weft.local/ns/shop/svc/cart", endpoint.Identity);
        Assert.Equal(Health.Unhealthy, endpoint.Health);
        Assert.Equal((80u, 8080u), (endpoint.Ports.Single().ServicePort, endpoint.Ports.Single().Target));
        Assert.Equal(2, Endpoints.Parse(Make(view, TypeUrls.Endpoints, "shop/cart")!).Items.Count);
    }

    [Fact]
    public void A_workload_resource_is_an_endpoint_in_plain()
    {
        MeshView view = Workloads.View("""
            apiVersion: weft.mesh/v1
            kind: Workload
            metadata: {name: db-1, namespace: shop}
            spec: {service: db, address: 10.9.0.1, ports: [{port: 5432}], weight: 3, zone: east}
            """);
        Endpoint endpoint = Endpoints.Parse(Make(view, TypeUrls.Endpoints, "shop/db")!).Items.Single();
        Assert.Equal((0u, "", 3u, "east"), (endpoint.TunnelPort, endpoint.Identity, endpoint.Weight, endpoint.Zone));
        Assert.Equal("shop/db", Destination.Parse(Make(view, TypeUrls.Destination, "address/10.9.0.1")!).Service);
    }

    [Fact]
    public void An_address_that_several_services_share_means_none_of_them()
    {
        MeshView view = Workloads.View("", Workloads.Record("cart", "cart-1", "127.0.0.1"), Workloads.Record("web", "web-1", "127.0.0.1"));
        Assert.Null(Make(view, TypeUrls.Destination, "address/127.0.0.1"));
        string virtualAddress = view.Services[new NamespacedName("shop", "web")].VirtualAddress;
        Assert.Equal("shop/web", Destination.Parse(Make(view, TypeUrls.Destination, "address/" + virtualAddress)!).Service);
    }

    [Fact]
    public void A_traffic_policy_shapes_its_service()
    {
        MeshView view = Workloads.View(
            """
            apiVersion: weft.mesh/v1
            kind: TrafficPolicy
            metadata: {name: cart, namespace: shop}
            spec:
              targetRef: {kind: Service, name: cart}
              balancing: roundRobin
              timeouts: {connect: 1500ms}
              outlierDetection: {consecutiveFailures: 3, ejection: 20s, maxEjectedPercent: 40}
              healthCheck: {http: {path: /healthz, host: cart.example, expectedStatuses: [204, 300-399]}, port: 81, interval: 2s, timeout: 300ms, unhealthyThreshold: 4, healthyThreshold: 5}
            """,
            Workloads.Record("cart", "cart-1", "10.0.0.1"));
        Service service = Service.Parse(Make(view, TypeUrls.Service, "shop/cart")!);
        Assert.Equal(Balancing.RoundRobin, service.Balancing);
        Assert.Equal(1500u, service.ConnectTimeoutMs);
        Assert.Equal((3u, 20_000u, 40u), (
            service.OutlierDetection!.ConsecutiveFailures, service.OutlierDetection.EjectionMs, service.OutlierDetection.MaxEjectedPercent));
        HealthCheck check = service.HealthCheck!;
        Assert.Equal((CheckKind.Http, "/healthz", "cart.example", 81u), (check.Kind, check.Path, check.Host, check.Port));
        Assert.Equal([(204u, 204u), (300u, 399u)], check.ExpectedStatuses.Select(range => (range.First, range.Last)));
        Assert.Equal((2_000u, 300u, 4u, 5u, 50u), (check.IntervalMs, check.TimeoutMs, check.UnhealthyThreshold, check.HealthyThreshold, check.MinHealthyPercent));
    }

    [Fact]
    public void Policies_of_the_namespace_and_of_the_service_come_together_and_defaults_are_said()
    {
        MeshView view = Workloads.View("""
            apiVersion: weft.mesh/v1
            kind: NamespacePolicy
            metadata: {name: default, namespace: shop}
            spec: {mtls: strict, defaultAction: deny}
            ---
            apiVersion: weft.mesh/v1
            kind: AuthorizationPolicy
            metadata: {name: web-may-read, namespace: shop}
            spec:
              targetRef: {kind: Service, name: cart}
              action: ALLOW
              rules: [{from: [{identities: ["spiffe://weft.local/ns/shop/svc/web"]}], to: [{methods: [GET], paths: ["/items/*"], ports: [8080]}]}]
            ---
            apiVersion: weft.mesh/v1
            kind: AuthorizationPolicy
            metadata: {name: nobody-deletes, namespace: shop}
            spec: {action: DENY, rules: [{to: [{methods: [DELETE]}]}]}
            """);
        PolicySet cart = PolicySet.Parse(Make(view, TypeUrls.PolicySet, "shop/cart")!);
        Assert.Equal((TlsMode.Strict, DefaultAction.Deny), (cart.TlsMode, cart.DefaultAction));
        Assert.Equal(["shop/nobody-deletes", "shop/web-may-read"], cart.Policies.Select(policy => policy.Name).Order());
        AuthorizationPolicy allow = cart.Policies.Single(policy => policy.Action == PolicyAction.Allow);
        Assert.Equal("/items/*", allow.Rules.Single().To.Single().Paths.Single());
        Assert.Equal("spiffe://weft.local/ns/shop/svc/web", allow.Rules.Single().From.Single().Identities.Single());
        Assert.Equal("shop/nobody-deletes", PolicySet.Parse(Make(view, TypeUrls.PolicySet, "shop/web")!).Policies.Single().Name);
        PolicySet elsewhere = PolicySet.Parse(Make(view, TypeUrls.PolicySet, "bank/cart")!);
        Assert.Equal((TlsMode.Permissive, DefaultAction.Allow, 0), (elsewhere.TlsMode, elsewhere.DefaultAction, elsewhere.Policies.Count));
    }

    [Fact]
    public void Telemetry_is_there_where_the_namespace_or_the_service_has_some_and_says_no_more_than_they_do()
    {
        MeshView view = Workloads.View("""
            apiVersion: weft.mesh/v1
            kind: Telemetry
            metadata: {name: everybody, namespace: shop}
            spec: {traceSample: 2.5}
            ---
            apiVersion: weft.mesh/v1
            kind: Telemetry
            metadata: {name: cart, namespace: shop}
            spec: {targetRef: {kind: Service, name: cart}, accessLogSample: 0, slow: 250ms}
            """);
        Telemetry cart = Telemetry.Parse(Make(view, TypeUrls.Telemetry, "shop/cart")!);
        Assert.Equal(("shop/cart", 25_000u, 250u, 0u), (cart.Service, cart.TraceSamplePpm, cart.SlowMs, cart.AccessLogSamplePpm));
        Telemetry web = Telemetry.Parse(Make(view, TypeUrls.Telemetry, "shop/web")!);
        Assert.Equal((25_000u, null, null), (web.TraceSamplePpm, web.SlowMs, web.AccessLogSamplePpm));
        Assert.Null(Make(view, TypeUrls.Telemetry, "bank/cart"));
    }

    private static byte[]? Make(MeshView view, string type, string name) => ResourceGenerator.Generate(new DiscoveryKey(type, name), view);
}
