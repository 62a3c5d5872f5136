using System.Diagnostics;
using Grpc.Core;
using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Status;
using Weft.ControlPlane.Tests.Support;
using Xunit;

namespace Weft.ControlPlane.Tests.Serving;

public sealed class StormTests
{
    private const int Proxies = 1_000;
    private const int Services = 50;

    [Fact]
    public async Task A_thousand_proxies_that_come_at_once_while_endpoints_change_all_end_with_the_newest()
    {
        WorkloadRecord[] records =
            [.. Enumerable.Range(0, Proxies).Select(i => Workloads.Record($"s{i % Services}", $"w{i}", $"10.1.{i / 250}.{(i % 250) + 1}"))];
        var book = new VirtualAddressBook(new MemoryMetaStore());
        var model = new ModelIndex(1, Models.Parse(""));
        MeshView first = MeshViewBuilder.Build(Workloads.Bundle, model, records, book);
        var index = new SubscriptionIndex(first);
        var acks = new AckLedger(TimeProvider.System);
        long started = Stopwatch.GetTimestamp();
        Task<Dictionary<string, string>>[] proxies = [.. Enumerable.Range(0, Proxies).Select(i => Task.Run(() => Follow(index, acks, i)))];

        // Meanwhile every workload of one service after the other changes its address.
        MeshView before = first;
        for (int service = 0; service < Services; service++)
        {
            records = [.. records.Select((record, i) => i % Services == service ? record with { Address = $"10.2.{i / 250}.{(i % 250) + 1}" } : record)];
            MeshView next = MeshViewBuilder.Build(Workloads.Bundle, model, records, book);
            index.Publish(next, new ViewDelta(before, next).MayChange, isCommit: false);
            before = next;
        }

        Dictionary<string, string>[] versions = await Task.WhenAll(proxies).WaitAsync(TimeSpan.FromSeconds(60));
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        for (int i = 0; i < Proxies; i++)
        {
            Assert.Equal(5, versions[i].Count);
            foreach ((string name, string version) in versions[i])
            {
                var key = new DiscoveryKey(TypeUrls.Endpoints, name);
                Assert.Equal(DiscoveryResource.Create(key, ResourceGenerator.Generate(key, before), 1).Version, version);
            }
        }

        Assert.True(took < TimeSpan.FromSeconds(30), $"took {took}");
        Assert.Equal(0, index.Count);
    }

    [Fact]
    public async Task A_hundred_proxies_on_real_connections_are_current_again_after_a_restart_of_the_server()
    {
        var store = new MemoryMetaStore();
        TestMesh mesh = await TestMesh.StartAsync(store: store);
        ScriptedProxy[] proxies = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => mesh.JoinAsync("shop", $"s{i % 10}", $"w{i}")));
        await Task.WhenAll(proxies.Select((proxy, i) => ConnectAsync(proxy, i)));
        await AllCurrentAsync(mesh, proxies.Length);
        int port = mesh.Plane.Address.Port;
        await mesh.DisposeAsync();
        foreach (ScriptedProxy proxy in proxies)
        {
            proxy.Reconnect();
        }

        await using TestMesh again = await TestMesh.StartAsync(store: store, port: port);
        await Task.WhenAll(proxies.Select((proxy, i) => ConnectAsync(proxy, i)));
        await AllCurrentAsync(again, proxies.Length);
        Assert.Equal(proxies.Length, again.Plane.Ports.Mesh!.GetServices().Sum(service => service.Endpoints));
        foreach (ScriptedProxy proxy in proxies)
        {
            await proxy.DisposeAsync();
        }
    }

    private static async Task ConnectAsync(ScriptedProxy proxy, int number)
    {
        await proxy.HelloAsync($"10.3.0.{number + 1}");
        AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = proxy.OpenDelta();
        await delta.SubscribeAsync(proxy.Node(), TypeUrls.Endpoints, [.. Enumerable.Range(0, 10).Select(i => $"shop/s{i}")]);
        await delta.TakeAsync();
    }

    private static Task AllCurrentAsync(TestMesh mesh, int count)
        => Eventually.TrueAsync(
            () => mesh.Plane.Ports.Mesh!.GetStatus().Proxies is { } items && items.Count == count && items.All(item => item.State == "current"),
            "all current");

    /// <summary>Subscribes to the endpoints of five services and takes what comes until it has the final versions, known by their addresses.</summary>
    private static async Task<Dictionary<string, string>> Follow(SubscriptionIndex index, AckLedger acks, int number)
    {
        using var stream = new DeltaStream(index, acks.Open($"shop/w{number}", "shop/s"), new ProxyScope(Workloads.Id("s")));
        string[] names = [.. Enumerable.Range(0, 5).Select(i => $"shop/s{(number + i) % Services}")];
        stream.Handle(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Endpoints, ResourceNamesSubscribe = [.. names] });
        Dictionary<string, string> versions = [];
        HashSet<string> final = [];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(50));
        while (final.Count < names.Length)
        {
            while (stream.Next() is { } response)
            {
                foreach (Resource resource in response.Resources)
                {
                    versions[resource.Name] = resource.Version;
                    if (Contracts.Mesh.Endpoints.Parse(resource.Body!.Value).Items.All(item => item.Address.StartsWith("10.2.", StringComparison.Ordinal)))
                    {
                        final.Add(resource.Name);
                    }
                }

                stream.Handle(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce });
            }

            if (final.Count < names.Length)
            {
                await stream.WaitAsync(patience.Token);
            }
        }

        return versions;
    }
}
