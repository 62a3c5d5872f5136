using Weft.Contracts.Session;
using Weft.Primitives.Net;
using Weft.Proxy.Discovery;
using Weft.Primitives;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Listening;
using Weft.Proxy.Meshing;
using Weft.Proxy.Overload;
using Weft.Proxy.Telemetry;
using Weft.Routing;

namespace Weft.Proxy;

/// <summary>
/// One worker of the mesh proxy: a thread with its loop, and on it the listeners with everything they serve. Its sockets are bound before it is
/// made; connections are accepted once the identity is known.
/// </summary>
internal sealed class MeshDataLoop
{
    /// <summary>The health check is asked to look at once no more often than this.</summary>
    private const int UnreachableEveryMs = 200;

    private readonly int _number;
    private readonly ConnectionBudget _budget;
    private readonly ProcessPressure _pressure;
    private readonly Worker _worker;
    private readonly IReadOnlyList<MeshSocket> _sockets;
    private readonly List<Listener> _listeners = [];
    private MeshFrontends? _frontends;
    private long _unreachableAtMs = long.MinValue / 2;

    /// <param name="number">0 for the first worker.</param>
    /// <param name="sockets">What to accept on.</param>
    /// <param name="connectionsMax">Connections that the listeners of this worker may have open together.</param>
    /// <param name="pressure">What the process has in use.</param>
    /// <param name="clock">The clock of loop and counters.</param>
    /// <param name="flows">How records are written.</param>
    /// <param name="loops">How many workers there are.</param>
    public MeshDataLoop(int number, IReadOnlyList<MeshSocket> sockets, int connectionsMax, ProcessPressure pressure, TimeProvider clock, Current<FlowSettings> flows, int loops)
    {
        _number = number;
        _sockets = sockets;
        _budget = new ConnectionBudget(connectionsMax);
        _worker = new Worker($"worker-{number}", clock);
        Meters = new Meters(clock);
        Flows = new FlowRecorder(Loop, clock, flows, loops);
        _pressure = pressure;
        pressure.Watch(Loop);
    }

    public EventLoop Loop => _worker.Loop;

    public Meters Meters { get; }

    /// <summary>The records of its exchanges.</summary>
    public FlowRecorder Flows { get; }

    /// <summary>Accepted connections that are open. Any thread.</summary>
    public int OpenConnections => _budget.Open;

    /// <summary>The step of the overload ladder. Any thread.</summary>
    public LoadLevel Load => _budget.Level;

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
        _budget.Ladder = new OverloadLadder(Loop, _frontends.Drain, () => _pressure.Read(Loop.NowMs));
        foreach (MeshSocket socket in _sockets)
        {
            Frontend frontend = socket.Frontend(_frontends);
            foreach (int descriptor in socket.Descriptors)
            {
                Accept(descriptor, frontend, socket, refusals);
            }
        }
    });

    /// <summary>Ends what is idle, lets the rest finish; new connections are served and closed after their exchange. Any thread.</summary>
    public void BeginDrain() => Loop.Post(() => _frontends?.Drain.Begin());

    /// <summary>Accepts nothing more. Any thread.</summary>
    /// <param name="done">Called on the loop when that is so.</param>
    public void StopAccepting(Action done) => Loop.Post(() =>
    {
        _listeners.ForEach(static listener => listener.Close());
        done();
    });

    /// <summary>Accepts nothing more and closes what rests towards upstreams. Any thread.</summary>
    public void CloseListeners() => Loop.Post(() =>
    {
        _listeners.ForEach(static listener => listener.Close());
        _frontends?.DrainUpstreams();
    });

    /// <summary>Ends the loop; what is open breaks.</summary>
    public void Stop()
    {
        _worker.Stop();
        _worker.Dispose();
    }

    private void Accept(int descriptor, Frontend frontend, MeshSocket of, Refusals refusals)
    {
        Direction direction = of.Direction;
        Action ended = () => OnEnded(direction);
        Listener listener = new(Loop, descriptor, _budget, socket => OnAccepted(frontend, direction, socket, ended))
        {
            Group = of.Group,
            Refused = client => refusals.Refuse(EndReason.Overloaded, client, "too many connections"),
        };
        of.Group.Join(_number, listener);
        _listeners.Add(listener);
    }

    private async void OnAccepted(Frontend frontend, Direction direction, SocketTransport socket, Action ended)
    {
        Meters.ConnectionOpened(direction);
        if (await frontend.ServeAsync(socket, ended))
        {
            ended();
        }
    }

    private void OnEnded(Direction direction)
    {
        Meters.ConnectionClosed(direction);
        _budget.GiveBack();
    }
}
