using Weft.Contracts.Session;
using Weft.Proxy.Engine;
using Weft.Proxy.Listening;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upstreams;
using Weft.Routing;

namespace Weft.Proxy.Relaying;

/// <summary>One worker of a relay: its loop, listener, upstreams.</summary>
internal sealed class RelayWorker
{
    private readonly Worker _worker;
    private readonly Listener _listener;
    private readonly ServerDrain _drain = new();
    private readonly Frontend _frontend;
    private readonly ConnectionBudget _budget;

    /// <param name="connectionsMax">Client connections that this worker may have open.</param>
    public RelayWorker(int number, int fd, RelaySettings settings, SocketFactory sockets, int connectionsMax, TimeProvider clock, TlsContext? listenTls, TlsContext? toTls)
    {
        _worker = new Worker($"worker-{number}", clock);
        EventLoop loop = _worker.Loop;
        Dialer dialer = new(loop, sockets, ConnectionLimits.Default);
        RelayTarget[] targets = [.. settings.To.Select(address => new RelayTarget(new Upstream(
            loop,
            dialer,
            new UpstreamSettings
            {
                Address = address,
                Protocol = settings.ListenProtocol == ListenProtocol.Opaque ? UpstreamProtocol.Opaque : settings.ToProtocol,
                Tls = toTls is null ? null : () => toTls,
                ExpectedName = settings.ToSan,
            },
            ConnectionLimits.Default)))];
        ListenProtocol protocol = settings.ToProtocol == UpstreamProtocol.Opaque ? ListenProtocol.Opaque : settings.ListenProtocol;
        Meters = new Meters(clock);
        Refusals refusals = new(loop, Meters);
        RelayDirector director = new(loop, Meters, targets, protocol == ListenProtocol.Opaque) { BridgesGrpcWeb = settings.GrpcWeb };
        _frontend = new Frontend(
            loop,
            new FrontendSettings
            {
                Tls = listenTls is null ? null : () => listenTls,
                Admit = _ => new(protocol),
                TakesOpaque = settings.ToProtocol is UpstreamProtocol.Auto or UpstreamProtocol.Opaque,

                // Over TLS a server of HTTP/2 speaks first, too.
                MayDialFirst = _ => settings.ToProtocol == UpstreamProtocol.Auto && settings.ToTrust is null,
                MakeHandler = arrival => new ExchangePath(director, arrival),
            },
            _drain,
            Meters,
            refusals);
        _budget = new ConnectionBudget(connectionsMax);
        _listener = new Listener(loop, fd, _budget, OnAccepted)
        {
            Refused = client => refusals.Refuse(EndReason.Overloaded, client, "too many connections"),
        };
    }

    public Meters Meters { get; }

    /// <summary>Bytes of buffers in use. Any thread; approximate.</summary>
    public long RentedBytes => _worker.Loop.Pool.RentedBytes;

    public int OpenConnections => _budget.Open;

    public void Start() => _worker.Start();

    public void BeginDrain() => _worker.Loop.Post(() =>
    {
        _listener.Close();
        _drain.Begin();
    });

    public void Stop()
    {
        _worker.Stop();
        _worker.Dispose();
    }

    private async void OnAccepted(SocketTransport socket)
    {
        Meters.ConnectionOpened(Direction.Inbound);
        await _frontend.ServeAsync(socket);
        Meters.ConnectionClosed(Direction.Inbound);
        _budget.GiveBack();
    }
}
