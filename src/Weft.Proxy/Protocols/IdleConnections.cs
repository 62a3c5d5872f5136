using Weft.Proxy.Engine;

namespace Weft.Proxy.Protocols;

/// <summary>
/// Serves the HTTP/1 connections of one frontend and keeps those that rest. Most connections of a proxy do nothing most of the time, so one
/// that has rested for a moment gives its driver, with everything an exchange needs, to the next that has something to do.
/// What stays is its socket and an <see cref="IdleConnection"/>: memory follows what happens, not what is open.
/// </summary>
internal sealed class IdleConnections
{
    /// <summary>Drivers kept for the next; more than were busy at once are never made.</summary>
    private const int DriversMax = 1024;

    private readonly EventLoop _loop;
    private readonly ConnectionLimits _limits;
    private readonly ServerDrain _drain;
    private readonly Stack<Driver> _drivers = new();
    private readonly LoopTimer _timer;
    private IdleConnection? _oldest;
    private IdleConnection? _newest;

    public IdleConnections(EventLoop loop, ConnectionLimits limits, ServerDrain drain)
    {
        _loop = loop;
        _limits = limits;
        _drain = drain;
        _timer = new LoopTimer(loop, CloseOld);
        drain.Add(this);
    }

    /// <summary>Connections that rest now.</summary>
    public int Count { get; private set; }

    /// <summary>Serves a connection until it ends, with rests in between.</summary>
    /// <param name="transport">The connection, after TLS.</param>
    /// <param name="handler">What exchanges go to.</param>
    /// <param name="first">Bytes that detection has received already.</param>
    /// <param name="ended">Called when it has ended.</param>
    public void Serve(Transport transport, IExchangeHandler handler, ReadOnlySpan<byte> first, Action ended)
    {
        Driver driver = Rent();
        driver.Connection.Attach(transport, _loop.NowMs + _limits.DrawAgeMs());
        driver.Connection.Prefill(first);
        driver.Start(handler, ended);
    }

    /// <summary>Asks every resting connection to come to its end: a request that is on its way is still served.</summary>
    public void Drain()
    {
        while (_oldest is { } connection)
        {
            connection.Transport.Readable.Forget();
            Wake(connection);
        }
    }

    /// <summary>The proxy runs short of something: whoever has rested for longer than it can afford now goes.</summary>
    public void RestLess() => CloseOld();

    /// <summary>Something has happened on a resting connection.</summary>
    internal void Wake(IdleConnection connection)
    {
        Unlink(connection);
        Driver driver = Rent();
        driver.Connection.Attach(connection.Transport, connection.RetiresAtMs);
        driver.Start(connection.Handler, connection.Ended);
    }

    private Driver Rent() => _drivers.TryPop(out Driver? driver) ? driver : new Driver(this);

    private void Rest(Driver driver)
    {
        Http1ServerConnection connection = driver.Connection;
        IdleConnection idle = new(this, connection.Transport, driver.Handler, driver.Ended)
        {
            RetiresAtMs = connection.RetiresAtMs,
            ClosesAtMs = connection.IdleSinceMs + _limits.IdleMs,
        };
        if (_drivers.Count < DriversMax)
        {
            _drivers.Push(driver);
        }

        Link(idle);
        idle.Watch();
    }

    /// <summary>When its rest is over, at the present load.</summary>
    private long ClosesAtMs(IdleConnection connection) => connection.ClosesAtMs - _limits.IdleMs + _drain.RestMs(_limits.IdleMs);

    private void Link(IdleConnection connection)
    {
        connection.Previous = _newest;
        if (_newest is null)
        {
            _oldest = connection;
            _timer.Set(ClosesAtMs(connection) - _loop.NowMs);
        }
        else
        {
            _newest.Next = connection;
        }

        _newest = connection;
        Count++;
    }

    private void Unlink(IdleConnection connection)
    {
        if (connection.Previous is null)
        {
            _oldest = connection.Next;
        }
        else
        {
            connection.Previous.Next = connection.Next;
        }

        if (connection.Next is null)
        {
            _newest = connection.Previous;
        }
        else
        {
            connection.Next.Previous = connection.Previous;
        }

        connection.Previous = connection.Next = null;
        Count--;
    }

    /// <summary>All rest equally long, so the oldest is always the next to go.</summary>
    private void CloseOld()
    {
        while (_oldest is { } connection && ClosesAtMs(connection) <= _loop.NowMs)
        {
            Unlink(connection);
            connection.Transport.Readable.Forget();
            connection.Transport.Close();
            connection.Ended();
        }

        if (_oldest is { } next)
        {
            _timer.Set(ClosesAtMs(next) - _loop.NowMs);
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

        public void Start(IExchangeHandler handler, Action ended)
        {
            Handler = handler;
            Ended = ended;
            _started.Set();
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
