using Weft.Contracts.Session;
using Weft.Primitives;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Listening;
using Weft.Proxy.Names;
using Weft.Proxy.Overload;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upstreams;
using Weft.Routing;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy.Relaying;

/// <summary>One worker of a relay: its loop, listener, upstreams.</summary>
internal sealed class RelayWorker
{
    private readonly Worker _worker;
    private readonly List<Listener> _listeners = [];
    private readonly ServerDrain _drain = new();
    private readonly Frontend _frontend;
    private readonly ConnectionBudget _budget;
    private readonly Action _ended;

    /// <param name="group">The listeners of all workers.</param>
    /// <param name="connectionsMax">Client connections that this worker may have open.</param>
    /// <param name="pressure">What the process has in use.</param>
    /// <param name="checks">What is known of the upstreams; null where they are not checked.</param>
    public RelayWorker(
        int number, IReadOnlyList<int> descriptors, ListenerGroup group, RelaySettings settings, SocketFactory sockets, int connectionsMax, ProcessPressure pressure, TimeProvider clock, TlsContext? listenTls, TlsContext? toTls, RelayChecks? checks)
    {
        _worker = new Worker($"worker-{number}", clock);
        EventLoop loop = _worker.Loop;
        Dialer dialer = new(loop, sockets, ConnectionLimits.Default, new Resolver(loop, new ResolverNetwork(loop, sockets), ResolverFiles.Read));
        RelayTarget Target(UpstreamPlace place) => new(new Upstream(loop, dialer, UpstreamOf(settings, place, toTls), ConnectionLimits.Default), checks?.Of(place));
        RelayTargets targets = new([.. settings.To.Select(Target)], settings.ToSni.Select(to => (to.Name, Target(to.Place))));
        ListenProtocol protocol = settings.ToProtocol == UpstreamProtocol.Opaque ? ListenProtocol.Opaque : settings.ListenProtocol;
        Meters = new Meters(clock);
        Refusals refusals = new(loop, Meters);
        Flows = new FlowRecorder(loop, clock, new Current<FlowSettings>(settings.Flows.Settings), settings.Workers);
        RelayDirector director = new(loop, Meters, targets, protocol == ListenProtocol.Opaque)
        {
            Flows = settings.Flows is { AccessLog: null, Otlp: null } && !settings.RequestIds ? null : Flows,
            PassesRequestIds = settings.RequestIds,
            Times = settings.Times,
            MinHealthyPercent = settings.Check.Rule.MinHealthyPercent,
            BridgesGrpcWeb = settings.GrpcWeb,
            PassesConnect = settings.ToForwardProxy,
            Sheds = () => _drain.IsShedding,
        };
        _frontend = new Frontend(
            loop,
            new FrontendSettings
            {
                Tls = listenTls is null ? null : () => listenTls,
                TakesProxyHeader = settings.ListenProxyProtocol ? static _ => true : null,
                ReadsLocalAddress = settings.ToProxyProtocol != ProxyVersion.None,
                ServerNamesOf = settings.ToSni.Count == 0 ? null : _ => name => targets.Of(name).Length > 0,
                Admit = _ => new(protocol),
                TakesOpaque = settings.ToProtocol is UpstreamProtocol.Auto or UpstreamProtocol.Opaque,

                // Over TLS a server of HTTP/2 speaks first, too.
                MayDialFirst = _ => settings.ToProtocol == UpstreamProtocol.Auto && settings.ToTrust is null && settings.ToSni.Count == 0,
                MakeHandler = arrival => new ExchangePath(director, arrival),
            },
            _drain,
            Meters,
            refusals);
        pressure.Watch(loop);
        _budget = new ConnectionBudget(connectionsMax) { Ladder = new OverloadLadder(loop, _drain, () => pressure.Read(loop.NowMs)) };
        _ended = OnEnded;
        foreach (int descriptor in descriptors)
        {
            Listener listener = new(loop, descriptor, _budget, OnAccepted)
            {
                Group = group,
                Refused = client => refusals.Refuse(EndReason.Overloaded, client, "too many connections"),
            };
            group.Join(number, listener);
            _listeners.Add(listener);
        }
    }

    /// <summary>How a place is spoken to.</summary>
    public static UpstreamSettings UpstreamOf(RelaySettings settings, UpstreamPlace place, TlsContext? toTls) => new()
    {
        Address = place.Address,
        Host = place.Host,
        Protocol = settings.ListenProtocol == ListenProtocol.Opaque ? UpstreamProtocol.Opaque : settings.ToProtocol,
        Tls = toTls is null ? null : () => toTls,
        ExpectedName = settings.ToSan ?? place.Host,
        ProxyHeader = settings.ToProxyProtocol,
        IsForwardProxy = settings.ToForwardProxy,
    };

    public Meters Meters { get; }

    /// <summary>The records of its exchanges; none are written unless somebody can read them.</summary>
    public FlowRecorder Flows { get; }

    /// <summary>Bytes of buffers in use. Any thread; approximate.</summary>
    public long RentedBytes => _worker.Loop.Pool.RentedBytes;

    public int OpenConnections => _budget.Open;

    /// <summary>The step of the overload ladder. Any thread.</summary>
    public LoadLevel Load => _budget.Level;

    public EventLoop Loop => _worker.Loop;

    public void Start() => _worker.Start();

    /// <summary>Accepts nothing more. Any thread.</summary>
    /// <param name="done">Called on the loop when that is so.</param>
    public void StopAccepting(Action done) => _worker.Loop.Post(() =>
    {
        _listeners.ForEach(static listener => listener.Close());
        done();
    });

    /// <summary>Ends what is idle, lets the rest finish, accepts nothing more. Any thread.</summary>
    /// <param name="done">Called on the loop when all have been asked.</param>
    public void BeginDrain(Action done) => _worker.Loop.Post(() =>
    {
        _listeners.ForEach(static listener => listener.Close());
        _drain.Begin();
        done();
    });

    public void Stop()
    {
        _worker.Stop();
        _worker.Dispose();
    }

    private async void OnAccepted(SocketTransport socket)
    {
        Meters.ConnectionOpened(Direction.Inbound);
        if (await _frontend.ServeAsync(socket, _ended))
        {
            _ended();
        }
    }

    private void OnEnded()
    {
        Meters.ConnectionClosed(Direction.Inbound);
        _budget.GiveBack();
    }
}
