using Xunit;

namespace Weft.Native.Tests;

/// <summary>
/// The libraries of gRPC for .NET, Node, and C (by way of Python), each as client and as server, with two proxies and mutual TLS in between: the four kinds of
/// streams, metadata, status, deadline, cancellation, health, messages larger than any window, and more calls than a connection takes at once.
/// </summary>
public sealed class GrpcLibraryTests
{
    private static readonly string[] Languages = ["dotnet", "node", "python"];

    public static TheoryData<string, string> Pairs => [.. Languages.SelectMany(client => Languages.Select(server => (client, server)))];

    [Theory, MemberData(nameof(Pairs))]
    public async Task Every_feature_passes_a_pair_of_relays(string client, string server)
    {
        (string address, IAsyncDisposable process) = await StartServerAsync(server);
        await using IAsyncDisposable running = process;
        (Relay near, Relay far) = await Relay.StartPairAsync(address);
        await using Relay one = near;
        await using Relay two = far;
        await CheckAsync(client, near.Address);
    }

    [Theory]
    [InlineData("dotnet", "python")]
    [InlineData("node", "dotnet")]
    [InlineData("python", "node")]
    public async Task Every_feature_passes_the_mesh(string client, string server)
    {
        (string address, IAsyncDisposable process) = await StartServerAsync(server);
        await using IAsyncDisposable running = process;
        await using LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        await mesh.StartProxyAsync("echo-1", "--port", $"8080={address}:grpc", "--health-path", "grpc");
        int port = Programs.FreePort();
        await mesh.StartProxyAsync("web-1", "--to", $"echo:8080=127.0.0.1:{port}");
        await MeshTests.UntilAsync(
            async () => (await mesh.StatusAsync()).Proxies.Any(static proxy => proxy is { Workload: "shop/echo-1", Health: "healthy" }), "the application is found well by its own health service");
        await CheckAsync(client, $"127.0.0.1:{port}");
    }

    private static async Task<(string Address, IAsyncDisposable Process)> StartServerAsync(string language)
    {
        if (language == "dotnet")
        {
            EchoHost host = await EchoHost.StartAsync();
            return (host.Address, host);
        }

        Interop server = await Interop.StartAsync(language == "node" ? "grpc-server.js" : "grpc_server.py");
        return (server.Addresses[0], server);
    }

    private static async Task CheckAsync(string language, string address)
    {
        if (language == "dotnet")
        {
            await EchoClient.CheckAsync(address);
            return;
        }

        (int code, string output, string errors) = await Interop.RunAsync(language == "node" ? "grpc-client.js" : "grpc_client.py", address);
        Assert.True(code == 0 && output == EchoClient.Features, output + errors);
    }
}
