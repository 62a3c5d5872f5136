using System.Net;
using System.Net.Sockets;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>
/// Failures, caused for real in a mesh of the built programs, and what the built <c>weft why</c> says of each: the right cause first, the hop, what
/// decided, and its line. One more, a plain call to a strict service, needs captured traffic and stands in the suite of namespaces.
/// </summary>
public sealed class WhyTests
{
    private const string Calls = "shop/web shop/cart";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_route_matches()
    {
        await using Origin origin = await Origin.StartAsync();
        await using WhyMesh mesh = await WhyMesh.StartAsync(origin.Http1);
        await mesh.Mesh.ApplyAsync(WhyMesh.Route("cart", "/other", "cart"));
        (HttpStatusCode status, string id) = await mesh.UntilAsync("/hello", "NO_ROUTE");
        Assert.Equal(HttpStatusCode.NotFound, status);
        await mesh.ExpectAsync(Calls + " GET /hello", "NO_ROUTE", "route");
        await mesh.ExpectStoryAsync(id, "NO_ROUTE", "shop/web", "shop/cart", "caller");
    }

    [Fact]
    public async Task No_endpoint_is_there()
    {
        await using Origin origin = await Origin.StartAsync();
        await using WhyMesh mesh = await WhyMesh.StartAsync(origin.Http1);
        await mesh.Mesh.ApplyAsync("apiVersion: v1\nkind: Service\nmetadata: {name: empty}\nspec: {ports: [{port: 8080, appProtocol: http}], selector: {app: none}}\n---\n" + WhyMesh.Route("cart", "/", "empty"));
        (HttpStatusCode status, string id) = await mesh.UntilAsync("/hello", "NO_HEALTHY_ENDPOINT");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        WhyAnswer why = await mesh.ExpectAsync(Calls + " GET /hello", "NO_HEALTHY_ENDPOINT", "endpoints");
        Assert.Contains("shop/empty has no endpoint", why.Verdict.Text, StringComparison.Ordinal);
        StoryCause cause = await mesh.ExpectStoryAsync(id, "NO_HEALTHY_ENDPOINT", "shop/web", "shop/empty", "caller");
        Assert.Equal("HTTPRoute shop/cart", cause.Object);
    }

    [Fact]
    public async Task A_policy_denies()
    {
        await using Origin origin = await Origin.StartAsync();
        await using WhyMesh mesh = await WhyMesh.StartAsync(origin.Http1);
        await mesh.Mesh.ApplyAsync("apiVersion: weft.mesh/v1\nkind: AuthorizationPolicy\nmetadata: {name: no-hello}\nspec:\n  targetRef: {kind: Service, name: cart}\n  action: DENY\n  rules:\n    - to: [{paths: [/hello]}]\n");
        (HttpStatusCode status, string id) = await mesh.UntilAsync("/hello", "DENIED_BY_POLICY");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        WhyAnswer why = await mesh.ExpectAsync(Calls + " GET /hello", "DENIED_BY_POLICY", "policy");
        AssertDecided(why, "AuthorizationPolicy shop/no-hello");
        StoryCause cause = await mesh.ExpectStoryAsync(id, "DENIED_BY_POLICY", "shop/web", "shop/cart", "callee");
        Assert.Equal("AuthorizationPolicy shop/no-hello", cause.Object);
        Assert.NotNull(cause.Line);
    }

    [Fact]
    public async Task The_certificate_has_expired()
    {
        await using Origin origin = await Origin.StartAsync();
        await using CuttableLink link = new();
        await using WhyMesh mesh = await WhyMesh.StartAsync(origin.Http1, link, server: ["--leaf-ttl", "8s"]);
        await mesh.UntilCertificateIsKnownAsync("shop/cart-1");
        link.Cut();

        // A tunnel that is open outlives the certificate, so none is opened before.
        WhyAnswer why = await mesh.ExpectAsync(Calls + " GET /hello", "UPSTREAM_TLS_FAILED", "certificate");
        (_, string id) = await mesh.UntilAsync("/hello", "UPSTREAM_TLS_FAILED");
        Assert.Contains("the certificate of shop/cart-1 expired", why.Verdict.Text, StringComparison.Ordinal);
        Assert.Contains("not connected to the control plane", why.Verdict.Text, StringComparison.Ordinal);
        await mesh.ExpectStoryAsync(id, "UPSTREAM_TLS_FAILED", "shop/web", "shop/cart", "caller");
    }

    [Fact]
    public async Task The_application_is_not_there()
    {
        string nobody = $"127.0.0.1:{Programs.FreePort()}";
        await using WhyMesh mesh = await WhyMesh.StartAsync(nobody);
        (HttpStatusCode status, string id) = await mesh.UntilAsync("/hello", "CONNECT_FAILED");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        await mesh.ExpectAsync(Calls + " GET /hello", "CONNECT_FAILED", "endpoints");
        await mesh.ExpectStoryAsync(id, "CONNECT_FAILED", "shop/web", "shop/cart", "callee");
    }

    [Fact]
    public async Task The_application_resets()
    {
        await using ResettingOrigin origin = new();
        await using WhyMesh mesh = await WhyMesh.StartAsync(origin.Address);
        (HttpStatusCode status, string id) = await mesh.UntilAsync("/hello", "UPSTREAM_RESET");
        Assert.Equal(HttpStatusCode.BadGateway, status);
        await mesh.ExpectAsync(Calls + " GET /hello", "UPSTREAM_RESET", "outcomes");
        await mesh.ExpectStoryAsync(id, "UPSTREAM_RESET", "shop/web", "shop/cart", "callee");
    }

    [Fact]
    public async Task The_first_call_takes_longer_than_its_route_allows()
    {
        await using SlowOrigin origin = await SlowOrigin.StartAsync();
        await using WhyMesh mesh = await WhyMesh.StartAsync(origin.Address);
        await mesh.Mesh.ApplyAsync(WhyMesh.Route("cart", "/", "cart", "120ms"));
        (HttpStatusCode status, string id) = await mesh.UntilAsync("/slow", "REQUEST_TIMEOUT");
        Assert.Equal(HttpStatusCode.GatewayTimeout, status);
        WhyAnswer why = await mesh.ExpectAsync(Calls + " GET /slow", "REQUEST_TIMEOUT", "outcomes");
        AssertDecided(why, "HTTPRoute shop/cart");
        StoryCause cause = await mesh.ExpectStoryAsync(id, "REQUEST_TIMEOUT", "shop/web", "shop/cart", "caller");
        Assert.Equal("HTTPRoute shop/cart", cause.Object);
        Assert.NotNull(cause.Line);
    }

    [Fact]
    public async Task The_proxy_is_overloaded_and_sheds()
    {
        await using Origin origin = await Origin.StartAsync();
        await using WhyMesh mesh = await WhyMesh.StartAsync(origin.Http1, web: ["--memory-limit", "28"]);
        List<TcpClient> stalled = [];
        string id = "";
        for (int i = 0, shed = 0; i < 1_500 && shed < 20; i++)
        {
            (HttpStatusCode status, string? asked, string? reason) = await mesh.TryCallAsync("/hello");
            if (reason == "OVERLOADED")
            {
                (shed, id) = (shed + 1, asked!);
            }
            else if (status == HttpStatusCode.OK)
            {
                stalled.Add(await mesh.StallAsync("/bytes/50000000"));
            }
            else if (stalled.Count > 0)
            {
                // One step further connections are reset, which no request gets to see.
                stalled[0].Dispose();
                stalled.RemoveAt(0);
            }
        }

        Assert.NotEmpty(id);

        await mesh.ExpectAsync(Calls + " GET /hello", "OVERLOADED", "outcomes");
        await mesh.ExpectStoryAsync(id, "OVERLOADED", "shop/web", "shop/cart", "caller");
        stalled.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task The_second_call_takes_longer_than_its_route_allows()
    {
        await using SlowOrigin pricing = await SlowOrigin.StartAsync();
        string toPricing = $"127.0.0.1:{Programs.FreePort()}";
        await using SlowOrigin cart = await SlowOrigin.StartAsync(forwardTo: toPricing);
        await using WhyMesh mesh = await WhyMesh.StartAsync(cart.Address, cart: ["--to", "pricing:8080=" + toPricing]);
        await mesh.Mesh.StartProxyAsync("pricing-1", "--port", $"8080={pricing.Address}:http1");
        await mesh.Mesh.ApplyAsync(WhyMesh.Route("pricing", "/", "pricing", "120ms"));
        (HttpStatusCode status, string id) = await mesh.UntilAsync("/forward", "504");
        Assert.Equal(HttpStatusCode.GatewayTimeout, status);
        WhyAnswer why = await mesh.ExpectAsync(Calls + " GET /forward", "REQUEST_TIMEOUT", "outcomes");
        AssertDecided(why, "HTTPRoute shop/pricing");
        Assert.Contains("shop/cart -> shop/pricing", why.Verdict.Text, StringComparison.Ordinal);
        StoryCause cause = await mesh.ExpectStoryAsync(id, "REQUEST_TIMEOUT", "shop/cart", "shop/pricing", "caller");
        Assert.Equal("HTTPRoute shop/pricing", cause.Object);
    }

    private static void AssertDecided(WhyAnswer why, string expected)
    {
        WhyStep step = why.Steps.First(static step => !step.Ok);
        Assert.Equal(expected, step.Object);
        Assert.NotNull(step.Line);
        Assert.NotNull(step.Commit);
    }
}
