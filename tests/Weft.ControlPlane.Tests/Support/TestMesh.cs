using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.Contracts.Api;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Tests.Support;

/// <summary>The half of the server that serves proxies, on a real socket, over a store in memory that may outlive it.</summary>
internal sealed class TestMesh : IAsyncDisposable
{
    private TestMesh(MeshPlane plane, MemoryMetaStore store)
    {
        Plane = plane;
        Store = store;
    }

    internal MeshPlane Plane { get; }

    internal MemoryMetaStore Store { get; }

    internal static async Task<TestMesh> StartAsync(
        string yaml = "", long commit = 1, MemoryMetaStore? store = null, TimeSpan? leafLifetime = null, TimeProvider? time = null, int port = 0)
    {
        store ??= new MemoryMetaStore();
        var options = new MeshPlaneOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, port),
            TrustDomain = "weft.local",
            LeafLifetime = leafLifetime ?? TimeSpan.FromHours(1),
        };
        MeshPlane plane = MeshPlane.Open(options, store, time ?? TimeProvider.System, NullLoggerFactory.Instance);
        plane.Apply(Models.Revision(commit, yaml));
        await plane.StartAsync(CancellationToken.None);
        return new TestMesh(plane, store);
    }

    internal string Token(string ns, string service, int ttlSeconds = 60)
        => Plane.Ports.Tokens!.Issue(new TokenRequest(ns, service, ttlSeconds), new Actor("test")).Token;

    /// <summary>A proxy that has joined and has its certificate.</summary>
    internal async Task<ScriptedProxy> JoinAsync(string ns, string service, string workload)
    {
        var proxy = new ScriptedProxy(Plane.Address, ns, service, workload);
        await proxy.JoinAsync(Token(ns, service));
        return proxy;
    }

    internal ModelRevision Apply(long commit, string yaml)
    {
        ModelRevision revision = Models.Revision(commit, yaml);
        Plane.Apply(revision);
        return revision;
    }

    public ValueTask DisposeAsync() => Plane.DisposeAsync();
}
