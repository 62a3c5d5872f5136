using Weft.Contracts.Session;
using Weft.Primitives.Net;
using Weft.Proxy.Discovery;
using Weft.Proxy.Engine;
using Weft.Proxy.Listening;
using Weft.Proxy.Meshing;
using Weft.Proxy.Telemetry;
using Weft.Routing;

namespace Weft.Proxy;

/// <summary>
/// One worker of the mesh proxy: a thread with its loop, and on it the listeners with everything they serve. Sockets are bound when it is
/// made, so that a taken port fails the start; connections are accepted once the identity is known.
/// </summary>
internal sealed class MeshDataLoop
{
    /// <summary>The health check is asked to look at once no more often than this.</summary>
    private const int UnreachableEveryMs = 200;

    private readonly RunSettings _settings;
    private readonly ConnectionBudget _budget;
    private readonly Worker _worker;
    private readonly List<Bound> _bound = [];
    private readonly List<Listener> _listeners = [];
    private MeshFrontends? _frontends;
    private long _unreachableAtMs = long.MinValue / 2;

    /// <param name="number">0 for the first worker.</param>
    /// <param name="settings">What to listen on.</param>
    /// <param name="sockets">Makes the sockets.</param>
    /// <param name="connectionsMax">Connections that the listeners of this worker may have open together.</param>
    /// <param name="clock">The clock of loop and counters.</param>
    /// <exception cref="UsageException">An address cannot be bound.</exception>
    public MeshDataLoop(int number, RunSettings settings, SocketFactory sockets, int connectionsMax, TimeProvider clock)
    {
        _settings = settings;
        _budget = new ConnectionBudget(connectionsMax);
        _worker = new Worker($"worker-{number}", clock);
        Meters = new Meters(clock);
        Bind(sockets, "--outbound", settings.Outbound, Direction.Outbound, static f => f.Outbound);
        Bind(sockets, "--inbound", settings.Inbound, Direction.Inbound, static f => f.Inbound);
        Bind(sockets, "--tunnel", settings.Tunnel, Direction.Inbound, static f => f.Tunnel);
        foreach (ExplicitDestination destination in settings.Destinations)
        {
            Bind(sockets, "--to", destination.Listen, Direction.Outbound, f => f.Explicit(destination, ListenProtocol.Auto));
        }
    }

    public EventLoop Loop => _worker.Loop;

    public Meters Meters { get; }

    /// <summary>Accepted connections that are open. Any thread.</summary>
    public int OpenConnections => _budget.Open;

    public void Start() => _worker.Start();

    /// <summary>Begins to accept. Any thread, once.</summary>
    /// <param name="parts">What the exchanges of this loop need.</param>
    /// <param name="applicationUnreachable">Called on this loop when the application refused a connection.</param>
    public void Serve(MeshWorker parts, Action applicationUnreachable) => Loop.Post(() =>
    {
        Refusals refusals = new(Loop, Meters);
        _frontends = new MeshFrontends(parts, refusals, () =>
        {
            if (Loop.NowMs - _unreachableAtMs >= UnreachableEveryMs)
            {
                _unreachableAtMs = Loop.NowMs;
                applicationUnreachable();
            }
        });
        foreach (Bound bound in _bound)
        {
            Frontend frontend = bound.Frontend(_frontends);
            Listener listener = new(Loop, bound.Descriptor, _budget, socket => OnAccepted(frontend, bound.Direction, socket))
            {
                Refused = client => refusals.Refuse(EndReason.Overloaded, client, "too many connections"),
            };
            _listeners.Add(listener);
        }
    });

    /// <summary>Ends what is idle, lets the rest finish; new connections are served and closed after their exchange. Any thread.</summary>
    public void BeginDrain() => Loop.Post(() => _frontends?.Drain.Begin());

    /// <summary>Accepts nothing more and closes what rests towards upstreams. Any thread.</summary>
    public void CloseListeners() => Loop.Post(() =>
    {
        foreach (Listener listener in _listeners)
        {
            listener.Close();
        }

        _frontends?.DrainUpstreams();
    });

    /// <summary>Ends the loop; what is open breaks.</summary>
    public void Stop()
    {
        _worker.Stop();
        _worker.Dispose();
    }

    private async void OnAccepted(Frontend frontend, Direction direction, SocketTransport socket)
    {
        Meters.ConnectionOpened(direction);
        await frontend.ServeAsync(socket);
        Meters.ConnectionClosed(direction);
        _budget.GiveBack();
    }

    private void Bind(SocketFactory sockets, string option, NetAddress? address, Direction direction, Func<MeshFrontends, Frontend> frontend)
    {
        if (address is not { } listen)
        {
            return;
        }

        int descriptor = sockets.Listen(listen, reusePort: _settings.Workers > 1, out string? fault);
        if (descriptor < 0)
        {
            string hint = _settings.Mark != 0 && fault!.Contains("not permitted", StringComparison.Ordinal)
                ? "; --mark needs the capability CAP_NET_ADMIN, --mark 0x0 sets none"
                : "; is the port taken, or the address not of this host?";
            throw new UsageException($"option {option}: {listen} cannot be listened on: {fault}{hint}", ExitCodes.Unavailable);
        }

        _bound.Add(new Bound(descriptor, direction, frontend));
    }

    private sealed record Bound(int Descriptor, Direction Direction, Func<MeshFrontends, Frontend> Frontend);
}
