using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Applications behind the mesh that are told who their clients are, by the PROXY protocol.</summary>
public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task HAProxy_behind_the_mesh_is_told_the_address_of_the_calling_workload(string version)
    {
        int behind = Programs.FreePort();
        await using Background haproxy = await Background.StartAsync(
            behind,
            "haproxy",
            ["-f", "{config}"],
            $"""
            defaults
              mode http
              timeout client 10s
            frontend f
              bind 127.0.0.1:{behind} accept-proxy
              http-request return status 200 content-type text/plain lf-string "%[src] to %[dst]:%[dst_port]\n"

            """);
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        await mesh.StartProxyAsync("cart-1", "--port", $"8080=127.0.0.1:{behind}:tcp", "--app-proxy-protocol", version);
        int near = Programs.FreePort();
        await mesh.StartProxyAsync("web-1", "--to", $"cart:8080=127.0.0.1:{near}");
        string output = "";
        await MeshTests.UntilAsync(
            async () => (output = (await Programs.RunAsync("curl", "-sS", $"http://127.0.0.1:{near}/")).Output).Length > 0, "the application answers");
        Assert.Equal("127.0.0.1 to 127.0.0.1:8080\n", output);
    }
}
