using System.Globalization;
using Weft.Contracts;
using Weft.Contracts.Mesh;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Tests.Support;
using Xunit;

namespace Weft.ControlPlane.Tests.Generation;

public sealed class RouteSetTests
{
    [Fact]
    public void Rules_of_all_routes_stand_in_the_order_of_the_gateway_api()
        => Check(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: a, namespace: shop}
            spec:
              parentRefs: [{group: "", kind: Service, name: cart}]
              rules:
              - {backendRefs: [{name: cart, port: 8080}]}
              - matches: [{path: {type: PathPrefix, value: /items}}, {path: {type: Exact, value: /items/1}, method: GET}]
                backendRefs: [{name: cart, port: 8080, weight: 9}, {name: web, port: 8080, weight: 1}]
                timeouts: {request: 2s, backendRequest: 500ms}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: b, namespace: shop}
            spec:
              parentRefs: [{group: "", kind: Service, name: cart, port: 8080}]
              hostnames: [cart.example]
              rules:
              - matches: [{headers: [{name: X-User, value: ann}], queryParams: [{name: q, type: RegularExpression, value: "a+"}]}]
                filters:
                - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-a, value: "1"}], remove: [x-b]}}
                backendRefs: [{name: web, port: 8080}]
            """,
            """
            HTTPRoute/shop/b/0 [8080] host=cart.example any x-user=ann ?q~a+ edits=-x-b,x-a:1 -> shop/web:8080*1
            HTTPRoute/shop/a/1 [] =/items/1 GET 2000/500ms -> shop/cart:8080*9 shop/web:8080*1
            HTTPRoute/shop/a/1 [] ^/items 2000/500ms -> shop/cart:8080*9 shop/web:8080*1
            HTTPRoute/shop/a/0 [] any -> shop/cart:8080*1
            """);

    [Fact]
    public void Grpc_matches_become_paths()
        => Check(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: GRPCRoute
            metadata: {name: g, namespace: shop}
            spec:
              parentRefs: [{group: "", kind: Service, name: cart}]
              rules:
              - matches:
                - {method: {service: shop.v1.Cart, method: Add}}
                - {method: {service: shop.v1.Cart}}
                - {method: {method: Get}}
                - {method: {type: RegularExpression, service: "shop\\..*", method: "G.*"}}
                backendRefs: [{name: cart, port: 8080}]
            """,
            """
            GRPCRoute/shop/g/0 [] =/shop.v1.Cart/Add -> shop/cart:8080*1
            GRPCRoute/shop/g/0 [] ~/(?:shop\..*)/(?:G.*) -> shop/cart:8080*1
            GRPCRoute/shop/g/0 [] ~/[^/]+/Get -> shop/cart:8080*1
            GRPCRoute/shop/g/0 [] ^/shop.v1.Cart -> shop/cart:8080*1
            """);

    [Fact]
    public void A_backend_that_is_not_there_takes_its_share_with_a_reason()
        => Check(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: a, namespace: shop}
            spec:
              parentRefs: [{group: "", kind: Service, name: cart}]
              rules: [{backendRefs: [{name: ghost, port: 8080}, {name: cart, port: 9}, {name: cart, port: 8080, weight: 0}]}, {matches: [{method: PUT}]}]
            """,
            """
            HTTPRoute/shop/a/1 [] any PUT -> nobody
            HTTPRoute/shop/a/0 [] any -> shop/ghost:8080*1!BackendNotFound shop/cart:9*1!BackendNotFound shop/cart:8080*0
            """);

    [Fact]
    public void A_service_without_routes_has_no_route_set()
        => Assert.Null(ResourceGenerator.Generate(
            new DiscoveryKey(TypeUrls.RouteSet, "shop/cart"), Workloads.View("", Workloads.Record("cart", "cart-1", "10.0.0.1"))));

    private static void Check(string yaml, string expected)
    {
        MeshView view = Workloads.View(yaml, Workloads.Record("cart", "cart-1", "10.0.0.1"), Workloads.Record("web", "web-1", "10.0.0.2"));
        RouteSet set = RouteSet.Parse(ResourceGenerator.Generate(new DiscoveryKey(TypeUrls.RouteSet, "shop/cart"), view)!);
        Assert.Equal(expected, string.Join('\n', set.Rules.Select(Text)));
    }

    private static string Text(RouteRule rule)
    {
        List<string> words = [rule.Name, $"[{string.Join(',', rule.ParentPorts)}]"];
        words.AddRange(rule.Hostnames.Select(host => "host=" + host));
        words.Add(rule.Match!.Path!.Kind switch
        {
            PathMatchKind.Exact => "=" + rule.Match.Path.Value,
            PathMatchKind.Prefix => "^" + rule.Match.Path.Value,
            PathMatchKind.Regex => "~" + rule.Match.Path.Value,
            _ => "any",
        });
        if (rule.Match.Method.Length > 0)
        {
            words.Add(rule.Match.Method);
        }

        words.AddRange(rule.Match.Headers.Select(header => Value(header)));
        words.AddRange(rule.Match.Query.Select(query => "?" + Value(query)));
        if (rule.RequestEdits.Count > 0)
        {
            words.Add("edits=" + string.Join(
                ',', rule.RequestEdits.Select(edit => edit.Kind == HeaderEditKind.Remove ? "-" + edit.Name : $"{edit.Name}:{edit.Value}")));
        }

        if (rule.RequestTimeoutMs + rule.BackendTimeoutMs > 0)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"{rule.RequestTimeoutMs}/{rule.BackendTimeoutMs}ms"));
        }

        words.Add("->");
        words.AddRange(rule.Backends.Select(backend =>
            $"{backend.Service}:{backend.Port}*{backend.Weight}" + (backend.InvalidReason.Length > 0 ? "!" + backend.InvalidReason : "")));
        return string.Join(' ', words) + (rule.Backends.Count == 0 ? " nobody" : "");
    }

    private static string Value(ValueMatch match) => match.Name + (match.Kind == ValueMatchKind.Regex ? "~" : "=") + match.Value;
}
