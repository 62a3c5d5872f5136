using Xunit;

namespace Weft.Native.Tests;

/// <summary>TLS of the applications' own, passed through the mesh by the server name that it asks for.</summary>
public sealed class TlsRouteTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("auto")]
    public async Task TLS_finds_its_service_by_the_server_name(string declared)
    {
        TestCertificates c = TestCertificates.Shared;
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        int a = Programs.FreePort();
        int b = Programs.FreePort();
        await using Background first = await Background.StartAsync(a, "openssl", ["s_server", "-accept", $"127.0.0.1:{a}", "-cert", c.Path("a.pem"), "-key", c.Path("a.key"), "-www"]);
        await using Background second = await Background.StartAsync(b, "openssl", ["s_server", "-accept", $"127.0.0.1:{b}", "-cert", c.Path("b.pem"), "-key", c.Path("b.key"), "-www"]);
        await mesh.StartProxyAsync("first-1", "--port", $"443=127.0.0.1:{a}:tcp");
        await mesh.StartProxyAsync("second-1", "--port", $"443=127.0.0.1:{b}:tcp");
        await mesh.ApplyAsync(
            $$"""
            apiVersion: v1
            kind: Service
            metadata: {name: front}
            spec: {ports: [{port: 443, appProtocol: {{declared}}}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: TLSRoute
            metadata: {name: first}
            spec:
              parentRefs: [{group: "", kind: Service, name: front, port: 443}]
              hostnames: [a.test]
              rules: [{backendRefs: [{name: first, port: 443}]}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: TLSRoute
            metadata: {name: rest}
            spec:
              parentRefs: [{group: "", kind: Service, name: front}]
              hostnames: ["*.test"]
              rules: [{backendRefs: [{name: second, port: 443}]}]
            """);
        int near = Programs.FreePort();
        MeshProxy web = await mesh.StartProxyAsync("web-1", "--to", $"front:443=127.0.0.1:{near}");
        foreach (string name in (string[])["a.test", "b.test"])
        {
            // Each server has the certificate of its own name only.
            string[] ask = ["-sS", "--http1.1", "--cacert", c.Path("ca.pem"), "--resolve", $"{name}:{near}:127.0.0.1", $"https://{name}:{near}/"];
            await MeshTests.UntilAsync(async () => (await Programs.RunAsync("curl", ask)).Output.Contains("s_server", StringComparison.Ordinal), $"{name} answers");
        }

        (_, string told, string refused) = await Programs.RunAsync("openssl", "s_client", "-connect", $"127.0.0.1:{near}", "-servername", "other.example");
        Assert.Contains("unrecognized name", told + refused, StringComparison.Ordinal);
        Assert.True(await web.MetricAsync("weft_requests_total", "backend=\"shop/first\"", "route=\"TLSRoute/shop/first/0\"", "mtls=\"true\"", "success=\"true\"") >= 1);
        Assert.True(await web.MetricAsync("weft_requests_total", "backend=\"shop/second\"", "protocol=\"tcp\"") >= 1);
        Assert.True(await web.MetricAsync("weft_rejected_total", "SERVER_NAME_UNKNOWN") >= 1);
    }
}
