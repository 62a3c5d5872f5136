using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Protocols;

/// <summary>
/// Serves the HTTP/1 connections of one frontend and keeps those that rest. Most connections of a proxy do nothing most of the time, so one
/// that has rested for a moment gives its driver, with everything an exchange needs, to the next that has something to do.
/// What stays is a row in a table: memory follows what happens, not what is open.
/// </summary>
internal sealed class IdleConnections : IPollHandle
{
    /// <summary>Drivers and sockets' objects kept for the next; more than were busy at once are never made.</summary>
    private const int SparesMax = 1024;

    /// <summary>Of those, what is kept when the process has become quiet.</summary>
    private const int SparesInQuiet = 32;

    private readonly EventLoop _loop;
    private readonly ConnectionLimits _limits;
    private readonly ServerDrain _drain;
    private readonly RestingTable _resting = new();
    private readonly Stack<Driver> _drivers = new();
    private readonly Stack<SocketTransport> _sockets = new();
    private readonly LoopTimer _timer;

    /// <summary>Where a socket's row is, by its descriptor.</summary>
    private int[] _places = [];

    /// <summary>Loop time at which the last resting connection goes because of a drain.</summary>
    private long _drainEndsMs = long.MaxValue;

    public IdleConnections(EventLoop loop, ConnectionLimits limits, ServerDrain drain)
    {
        _loop = loop;
        _limits = limits;
        _drain = drain;
        _timer = new LoopTimer(loop, CloseOld);
        drain.Add(this);
        loop.WhenQuiet(Trim);
    }

    /// <summary>
    /// Makes the handler of a connection anew from the addresses of its client and of its destination before redirection, so that it need not be
    /// kept while the connection rests.
    /// </summary>
    public Func<NetAddress, NetAddress, IExchangeHandler>? Remake { get; init; }

    /// <summary>Connections that rest now.</summary>
    public int Count => _resting.Count;

    /// <summary>Serves a connection until it ends, with rests in between.</summary>
    /// <param name="transport">The connection, after TLS.</param>
    /// <param name="handler">What exchanges go to.</param>
    /// <param name="first">Bytes that detection has received already.</param>
    /// <param name="ended">Called when it has ended.</param>
    /// <param name="destination">Where the client meant to go, when <see cref="Remake"/> needs no more than that and the client's address.</param>
    public void Serve(Transport transport, IExchangeHandler handler, ReadOnlySpan<byte> first, Action ended, NetAddress? destination = null)
    {
        Driver driver = Rent();
        driver.Connection.Attach(transport, _loop.NowMs + _limits.DrawAgeMs());
        driver.Connection.Prefill(first);
        driver.Start(handler, ended, Remake is null ? null : destination);
    }

    /// <summary>Asks every resting connection to come to its end: a request that is on its way is still served.</summary>
    public void Drain()
    {
        _drainEndsMs = _loop.NowMs + _limits.DrainIdleMs;
        CloseOld();
    }

    /// <summary>The proxy runs short of something: whoever has rested for longer than it can afford now goes.</summary>
    public void RestLess() => CloseOld();

    /// <summary>Keeps what a few connections need; the rest goes to the collector.</summary>
    private void Trim()
    {
        Shorten(_drivers);
        Shorten(_sockets);
    }

    private static void Shorten<T>(Stack<T> spares)
    {
        while (spares.Count > SparesInQuiet)
        {
            spares.Pop();
        }

        spares.TrimExcess();
    }

    void IPollHandle.OnReady(PollEvents events) => throw new NotSupportedException("of which descriptor?");

    /// <summary>Something has happened on a socket of which nothing but the row is kept.</summary>
    void IPollHandle.OnReady(int descriptor, PollEvents events)
    {
        if ((events & ~PollEvents.Writable) != 0)
        {
            Wake(_places[descriptor], events);
        }
    }

    private void Wake(int place, PollEvents events)
    {
        RestingConnection connection = _resting.Remove(place);
        Driver driver = Rent();
        Transport transport = Take(connection, events);
        driver.Connection.Attach(transport, connection.RetiresAtMs);
        driver.Start(
            connection.Handler ?? Remake!(connection.Client, connection.Destination),
            connection.Ended,
            connection.Handler is null ? connection.Destination : null);
    }

    private Action WakeOf(int place) => () => Wake(place, PollEvents.None);

    private Driver Rent() => _drivers.TryPop(out Driver? driver) ? driver : new Driver(this);

    private void Rest(Driver driver)
    {
        int place = _resting.Add();
        ref RestingConnection row = ref _resting[place];
        row.RetiresAtMs = driver.Connection.RetiresAtMs;
        row.SinceMs = driver.Connection.IdleSinceMs;
        row.Ended = driver.Ended;
        row.Client = driver.Connection.Transport.Remote;
        row.Destination = driver.Destination ?? default;
        row.Handler = driver.Destination is null ? driver.Handler : null;
        if (driver.Connection.Transport is SocketTransport socket)
        {
            Keep(socket, place, ref row);
        }
        else
        {
            row.Transport = driver.Connection.Transport;
            row.Transport.Rest();
            row.Transport.Readable.UnsafeOnCompleted(row.Wake ??= WakeOf(place));
        }

        driver.Free();
        if (_drivers.Count < SparesMax)
        {
            _drivers.Push(driver);
        }

        if (_resting.Oldest == place)
        {
            _timer.Set(ClosesAtMs(row) - _loop.NowMs);
        }
    }

    /// <summary>Keeps the descriptor of a socket and gives its object to others.</summary>
    private void Keep(SocketTransport socket, int place, ref RestingConnection row)
    {
        row.Descriptor = socket.Park(this);
        if (row.Descriptor >= _places.Length)
        {
            Array.Resize(ref _places, Math.Max(row.Descriptor + 1, _places.Length * 2));
        }

        _places[row.Descriptor] = place;
        if (_sockets.Count < SparesMax)
        {
            _sockets.Push(socket);
        }
    }

    /// <summary>The transport of a connection that has left the table.</summary>
    private Transport Take(in RestingConnection connection, PollEvents events)
    {
        if (connection.Transport is { } kept)
        {
            return kept;
        }

        SocketTransport socket = _sockets.TryPop(out SocketTransport? spare) ? spare : new SocketTransport(_loop);
        socket.Resume(connection.Descriptor, connection.Client, events);
        return socket;
    }

    /// <summary>When its rest is over, at the present load.</summary>
    private long ClosesAtMs(in RestingConnection connection) => Math.Min(connection.SinceMs + _drain.RestMs(_limits.IdleMs), _drainEndsMs);

    /// <summary>All rest equally long, so the oldest is always the next to go.</summary>
    private void CloseOld()
    {
        while (_resting.Oldest != RestingTable.None && ClosesAtMs(_resting[_resting.Oldest]) <= _loop.NowMs)
        {
            RestingConnection connection = _resting.Remove(_resting.Oldest);
            connection.Transport?.Readable.Forget();
            Take(connection, PollEvents.None).Close();
            connection.Ended();
        }

        if (_resting.Oldest != RestingTable.None)
        {
            _timer.Set(ClosesAtMs(_resting[_resting.Oldest]) - _loop.NowMs);
        }
    }

    /// <summary>Serves one connection after another, so that taking one up allocates nothing.</summary>
    private sealed class Driver
    {
        private readonly IdleConnections _place;
        private readonly Signal _started;

        public Driver(IdleConnections place)
        {
            _place = place;
            _started = new Signal(place._loop);
            Connection = new Http1ServerConnection(place._loop, place._limits, place._drain) { MayRest = true };
            _ = RunAsync();
        }

        public Http1ServerConnection Connection { get; }

        public IExchangeHandler Handler { get; private set; } = null!;

        public Action Ended { get; private set; } = null!;

        /// <summary>Where the client meant to go, when the handler need not be kept.</summary>
        public NetAddress? Destination { get; private set; }

        public void Start(IExchangeHandler handler, Action ended, NetAddress? destination)
        {
            Handler = handler;
            Ended = ended;
            Destination = destination;
            _started.Set();
        }

        /// <summary>Nothing of the connection that it served is to be held by it.</summary>
        public void Free()
        {
            Handler = null!;
            Ended = null!;
        }

        /// <summary>Ends with the first connection that does not end in a rest: what that one left behind is not worth telling apart.</summary>
        private async Task RunAsync()
        {
            while (true)
            {
                await _started;
                if (await Connection.RunAsync(Handler))
                {
                    break;
                }

                _place.Rest(this);
            }

            Ended();
        }
    }
}
