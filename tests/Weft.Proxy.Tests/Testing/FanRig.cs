using System.Text;
using Weft.Primitives.Http;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Relaying;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upstreams;
using Weft.Routing;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Tests.Testing;

/// <summary>One proxy before several servers of HTTP/2 that a test scripts; exchanges go to them in turn.</summary>
internal sealed class FanRig
{
    private readonly RelayRig _rig = new();
    private readonly ExchangePath _path;

    public FanRig(bool takesConnect, params Func<HttpStream, Task>[] servers)
        : this(takesConnect, EndpointSet.UsualMinHealthyPercent, servers)
    {
    }

    /// <param name="takesConnect">The servers announce extended CONNECT.</param>
    /// <param name="minHealthyPercent">When fewer are healthy, all are used.</param>
    /// <param name="servers">One for each server.</param>
    public FanRig(bool takesConnect, int minHealthyPercent, params Func<HttpStream, Task>[] servers)
    {
        Meters = new Meters(_rig.Clock);
        Health = [.. servers.Select(static _ => new PlaceHealth())];
        RelayTarget[] targets = [.. servers.Select((server, i) => new RelayTarget(new Upstream(
            Loop,
            new MemoryDialer(Loop) { OnAccept = there => Serve(there, server, takesConnect) },
            new UpstreamSettings { Address = NetAddress.V4(0x7f000001, (ushort)(8080 + i)), Protocol = UpstreamProtocol.Http2 },
            ConnectionLimits.Default), Health[i]))];
        _path = new ExchangePath(
            new ReasonDirector(new RelayDirector(Loop, Meters, new RelayTargets(targets, []), opaque: false) { BridgesGrpcWeb = true, MinHealthyPercent = minHealthyPercent }),
            new Arrival(NetAddress.V4(0x0a000001, 40_000), default, null));
    }

    /// <summary>What checks say of the servers.</summary>
    public PlaceHealth[] Health { get; }

    /// <summary>What the proxy has counted.</summary>
    public Meters Meters { get; }

    public EventLoop Loop => _rig.Loop;

    public RelayRig Rig => _rig;

    public MemoryTransport Connect()
    {
        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(Loop);
        _ = new Http1ServerConnection(there, ConnectionLimits.Default, _rig.Drain).RunAsync(_path).AsTask();
        _rig.Settle();
        return here;
    }

    public Http2Connection ConnectHttp2()
    {
        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(Loop);
        _ = new Http2Connection(there, ConnectionLimits.Default, isServer: true).RunAsync(_path);
        Http2Connection client = new(here, ConnectionLimits.Default, isServer: false);
        _ = client.RunAsync(null);
        _rig.Settle();
        return client;
    }

    /// <summary>What one client gets for one request.</summary>
    public string Ask(string request)
    {
        MemoryTransport client = Connect();
        _rig.Send(client, request);
        return _rig.Receive(client);
    }

    private static void Serve(MemoryTransport there, Func<HttpStream, Task> server, bool takesConnect)
    {
        ConnectionLimits limits = ConnectionLimits.Default with { TakesExtendedConnect = takesConnect };
        _ = new Http2Connection(there, limits, isServer: true).RunAsync(new ScriptedHandler(server));
    }

    /// <summary>Believes what a far proxy says of its application, as the mesh's director does.</summary>
    private sealed class ReasonDirector(Director inner) : Director
    {
        public override ValueTask<EndReason> DirectAsync(ExchangeContext context) => inner.DirectAsync(context);

        public override Upstream? Next(ExchangeContext context) => inner.Next(context);

        public override bool IsUnprocessed(ExchangeContext context, MessageHead response)
            => response.TryGetField("x-weft-reason"u8, out ReadOnlySpan<byte> reason) && Encoding.ASCII.GetString(reason) == "CONNECT_FAILED";

        public override void OnAttempt(ExchangeContext context, EndReason reason) => inner.OnAttempt(context, reason);

        public override void OnOutcome(ExchangeContext context, EndReason reason) => inner.OnOutcome(context, reason);

        public override void OnRefused(EndReason reason) => inner.OnRefused(reason);
    }
}
