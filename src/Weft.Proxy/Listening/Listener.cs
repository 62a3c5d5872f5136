using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Listening;

/// <summary>Accepts on one listening socket, on one loop, until closed. Each new connection is handed over at once.</summary>
internal sealed unsafe class Listener : IPollHandle
{
    /// <summary>Accepts per edge before others get their turn.</summary>
    private const int AcceptBatch = 64;

    private readonly EventLoop _loop;
    private readonly int _fd;
    private readonly Action<SocketTransport> _accepted;
    private readonly Action _acceptMore;
    private readonly LoopTimer _retry;
    private bool _closed;

    /// <param name="loop">Where everything of it runs.</param>
    /// <param name="fd">The listening socket; it is closed with the listener.</param>
    /// <param name="budget">Room for connections: without it a new one is accepted and reset. Whoever was handed one gives its room back.</param>
    /// <param name="accepted">Gets each new connection.</param>
    public Listener(EventLoop loop, int fd, ConnectionBudget budget, Action<SocketTransport> accepted)
    {
        _loop = loop;
        _fd = fd;
        Budget = budget;
        _accepted = accepted;
        _acceptMore = AcceptAll;
        _retry = new LoopTimer(loop, AcceptAll);
        loop.Poller.Add(fd, this);
    }

    /// <summary>Given: connections may go to another worker's listener of this group, and come from one.</summary>
    public ListenerGroup? Group { get; init; }

    public ConnectionBudget Budget { get; }

    /// <summary>Told of each connection that is refused because of the bound.</summary>
    public Action<NetAddress>? Refused { get; init; }

    public void OnReady(PollEvents events)
    {
        if ((events & PollEvents.Readable) != 0)
        {
            AcceptAll();
        }
    }

    public void Close()
    {
        if (!_closed)
        {
            _closed = true;
            _retry.Remove();
            _loop.Poller.Withdraw(_fd);
            Libc.Close(_fd);
        }
    }

    /// <summary>
    /// Serves a connection that the listener of another worker has accepted, also when this one has been closed meanwhile: whoever is accepted is served. Any thread.
    /// </summary>
    private void TakeOver(int fd, NetAddress remote)
    {
        // At once, so that the next choice and a drain know of it.
        Budget.TakeFromOutside();
        _loop.Post(() => _accepted(new SocketTransport(_loop, fd, remote)));
    }

    private void AcceptAll()
    {
        byte* buffer = stackalloc byte[SocketAddress.MaxLength];
        for (int i = 0; i < AcceptBatch && !_closed; i++)
        {
            uint length = SocketAddress.MaxLength;
            int fd = Libc.Accept4(_fd, buffer, &length, Libc.SockNonblock | Libc.SockCloexec);
            if (fd < 0)
            {
                int error = Libc.LastError;
                if (error is Libc.Emfile or Libc.Enfile)
                {
                    // Out of descriptors: the edge is spent, so look again by the clock.
                    _retry.Set(100);
                    return;
                }

                if (error is Libc.Eintr or Libc.Econnaborted)
                {
                    continue;
                }

                return;
            }

            NetAddress remote = SocketAddress.Read(new ReadOnlySpan<byte>(buffer, (int)length));
            SocketFactory.SetStreamOptions(fd, remote.Family);
            Listener chosen = Group?.Choose(this) ?? this;
            if (chosen != this)
            {
                chosen.TakeOver(fd, remote);
            }
            else if (Budget.TryTake())
            {
                _accepted(new SocketTransport(_loop, fd, remote));
            }
            else
            {
                new SocketTransport(_loop, fd, remote).Abort();
                Refused?.Invoke(remote);
            }
        }

        if (!_closed)
        {
            _loop.Ready(_acceptMore);
        }
    }
}
