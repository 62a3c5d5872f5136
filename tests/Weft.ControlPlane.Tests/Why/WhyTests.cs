using Weft.Contracts.Api;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Store;
using Weft.ControlPlane.Tests.Support;
using Weft.ControlPlane.Why;
using Xunit;

namespace Weft.ControlPlane.Tests.Why;

public sealed class WhyTests
{
    private const string Routes =
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: cart, namespace: shop }
        spec:
          parentRefs: [ { kind: Service, group: "", name: cart } ]
          rules:
            - matches: [ { path: { type: PathPrefix, value: /new } } ]
              backendRefs: [ { name: cart2, port: 8080 } ]
            - matches: [ { path: { type: PathPrefix, value: /old } } ]
              backendRefs: [ { name: cart, port: 8080 } ]
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: cart2, namespace: shop }
        spec: { ports: [ { port: 8080 } ], selector: { app: none } }
        ---
        apiVersion: weft.mesh/v1
        kind: AuthorizationPolicy
        metadata: { name: readers, namespace: shop }
        spec:
          targetRef: { kind: Service, name: cart }
          action: DENY
          rules:
            - to: [ { methods: [ PATCH ] } ]
            - to: [ { methods: [ DELETE ] } ]
        """;

    [Theory]
    [InlineData("GET", "/old/x", true, null, "outcomes")]
    [InlineData("GET", "/elsewhere", false, "NO_ROUTE", "route")]
    [InlineData("GET", "/new/x", false, "NO_HEALTHY_ENDPOINT", "endpoints")]
    [InlineData("DELETE", "/old/x", false, "DENIED_BY_POLICY", "policy")]
    public async Task The_first_step_that_fails_is_the_verdict(string method, string path, bool ok, string? code, string last)
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Routes);
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        await using ScriptedProxy cart = await mesh.JoinAsync("shop", "cart", "cart-1");
        await web.HelloAsync("10.0.0.1");
        await cart.HelloAsync("10.0.0.2");
        WhyAnswer answer = await UntilKnownAsync(mesh, new WhyQuestion("shop/web", "shop/cart", 8080, method, path, []));
        Assert.Equal((ok, code), (answer.Verdict.Ok, answer.Verdict.Code));
        Assert.Equal(["name", "listener", "route", "policy", "endpoints", "certificate", "outcomes"], answer.Steps.Select(step => step.Name));
        Assert.Equal(ok ? null : last, answer.Steps.FirstOrDefault(step => !step.Ok)?.Name);
        if (path != "/elsewhere")
        {
            WhyStep route = answer.Steps.Single(step => step.Name == "route");
            Assert.Equal("HTTPRoute shop/cart", route.Object);
            Assert.NotNull(route.Line);
        }

        if (code == "DENIED_BY_POLICY")
        {
            WhyStep policy = answer.Steps.Single(step => step.Name == "policy");
            Assert.Equal("AuthorizationPolicy shop/readers", policy.Object);
            string[] yaml = Models.Parse(Routes).All.First(static resource => resource.Key.Name == "readers").Yaml.Split('\n');
            int[] items = [.. Enumerable.Range(1, yaml.Length).Where(line => yaml[line - 1].StartsWith("  - ", StringComparison.Ordinal))];
            Assert.Equal((items[1], null), (policy.Line, policy.File));
        }
    }

    [Fact]
    public async Task A_service_or_port_that_does_not_exist_is_the_verdict()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Routes);
        IWhyView why = mesh.Plane.Ports.Why;
        Assert.Equal("NO_SERVICE", (await why.AskAsync(new WhyQuestion("shop/web", "shop/nobody", 0, "GET", "/", []), null, CancellationToken.None))!.Verdict.Code);
        Assert.Equal("NO_PORT", (await why.AskAsync(new WhyQuestion("shop/web", "shop/cart2", 99, "GET", "/", []), null, CancellationToken.None))!.Verdict.Code);
        Assert.Null(await why.AskAsync(new WhyQuestion("web", "shop/cart2", 99, "GET", "/", []), null, CancellationToken.None));
    }

    /// <summary>The policy goes, the route sends everything to cart, and a service comes that nobody knew: none of it is in force.</summary>
    [Fact]
    public async Task Another_model_is_judged_without_being_served()
    {
        const string Instead =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: cart, namespace: shop }
            spec:
              parentRefs: [ { kind: Service, group: "", name: cart } ]
              rules:
                - backendRefs: [ { name: cart, port: 8080 } ]
            ---
            apiVersion: v1
            kind: Service
            metadata: { name: fresh, namespace: shop }
            spec: { ports: [ { port: 80 } ] }
            """;
        await using TestMesh mesh = await TestMesh.StartAsync(Routes);
        await using ScriptedProxy web = await mesh.JoinAsync("shop", "web", "web-1");
        await using ScriptedProxy cart = await mesh.JoinAsync("shop", "cart", "cart-1");
        await web.HelloAsync("10.0.0.1");
        await cart.HelloAsync("10.0.0.2");
        WhyQuestion question = new("shop/web", "shop/cart", 8080, "DELETE", "/elsewhere", []);
        await UntilKnownAsync(mesh, question);
        IWhyView why = mesh.Plane.Ports.Why;
        ModelRevision instead = Models.Revision(1, Instead);
        WhyAnswer answer = (await why.AskAsync(question, instead, CancellationToken.None))!;
        Assert.True(answer.Verdict.Ok, answer.Verdict.Text);
        Assert.Equal("NO_ROUTE", answer.Now!.Code);
        WhyStep route = answer.Steps.Single(static step => step.Name == "route");
        Assert.Equal(("HTTPRoute shop/cart", "test.yaml", 7, null), (route.Object, route.File, route.Line, route.Commit));
        Assert.DoesNotContain(answer.Steps, static step => step.Name == "outcomes");
        WhyAnswer fresh = (await why.AskAsync(question with { Destination = "shop/fresh", Port = 80 }, instead, CancellationToken.None))!;
        Assert.Equal("shop/fresh would get a virtual address", fresh.Steps[0].Text);
        Assert.Equal(("test.yaml", 11), (fresh.Steps[0].File, fresh.Steps[0].Line));
        Assert.Equal("NO_SERVICE", fresh.Now!.Code);
        Assert.Equal("NO_ROUTE", (await why.AskAsync(question, null, CancellationToken.None))!.Verdict.Code);
    }

    /// <summary>The registry tells the mesh of a workload a moment after its proxy has said hello.</summary>
    private static async Task<WhyAnswer> UntilKnownAsync(TestMesh mesh, WhyQuestion question)
    {
        WhyAnswer? answer = null;
        await Eventually.TrueAsync(() =>
        {
            answer = mesh.Plane.Ports.Why.AskAsync(question, null, CancellationToken.None).AsTask().Result;
            return answer!.Steps.Count == 7 && mesh.Plane.Ports.Mesh.GetStatus().Proxies.Count == 2
                && mesh.Plane.Ports.Mesh.GetServices().Any(service => service is { Name: "cart", Endpoints: 1 });
        }, "both workloads are known");
        return mesh.Plane.Ports.Why.AskAsync(question, null, CancellationToken.None).AsTask().Result!;
    }
}
