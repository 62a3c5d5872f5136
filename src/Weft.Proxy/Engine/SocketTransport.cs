using Weft.Primitives.Net;

namespace Weft.Proxy.Engine;

/// <summary>A connected stream socket, non-blocking, registered once with the loop's poller.</summary>
internal sealed unsafe class SocketTransport : Transport, IPollHandle
{
    private int _fd;
    private readonly Signal _readable;
    private Signal? _writable;

    // Hints kept from edges: false means that the kernel said "no more" since the last edge, so a call would be wasted.
    private bool _mayReceive = true;
    private bool _maySend = true;
    private bool _peerClosed;
    private string? _fault;
    private NetAddress _remote;

    public SocketTransport(EventLoop loop, int fd, NetAddress remote)
        : base(loop)
    {
        _fd = fd;
        _remote = remote;
        _readable = new Signal(loop);
        loop.Poller.Add(fd, this);
    }

    /// <summary>One without a socket, until <see cref="Resume"/> gives it one.</summary>
    public SocketTransport(EventLoop loop)
        : base(loop)
    {
        _fd = -1;
        _readable = new Signal(loop);
        IsClosed = true;
    }

    public override Signal Readable => _readable;

    /// <summary>Made when it is first waited for: most connections always have room.</summary>
    public override Signal Writable => _writable ??= new Signal(Loop);

    public override NetAddress Remote => _remote;

    public override string? Fault => _fault;

    public int Descriptor => _fd;

    /// <summary>Whether the peer has closed its side or the connection is broken, as far as the poller has told.</summary>
    public bool PeerClosed => _peerClosed;

    public override NetAddress Local => IsClosed ? default : SocketAddress.OfSocket(_fd);

    public override NetAddress OriginalDestination
    {
        get
        {
            byte* buffer = stackalloc byte[SocketAddress.MaxLength];
            uint length = SocketAddress.MaxLength;
            bool v6 = Remote.Family == NetFamily.V6;
            return !IsClosed && Libc.GetSockOpt(_fd, v6 ? Libc.SolIpv6 : Libc.SolIp, Libc.SoOriginalDst, buffer, &length) == 0
                ? SocketAddress.Read(new ReadOnlySpan<byte>(buffer, (int)length))
                : default;
        }
    }

    public void OnReady(PollEvents events)
    {
        if ((events & (PollEvents.PeerClosed | PollEvents.Broken)) != 0)
        {
            _peerClosed = true;
        }

        if ((events & ~PollEvents.Writable) != 0)
        {
            _mayReceive = true;
            _readable.Set();
        }

        if ((events & (PollEvents.Writable | PollEvents.Broken)) != 0)
        {
            _maySend = true;
            _writable?.Set();
        }

        if ((events & PollEvents.Broken) != 0)
        {
            Broken?.Invoke();
        }
    }

    public override int TryReceive(Span<byte> buffer)
    {
        if (!_mayReceive || IsClosed)
        {
            return IsClosed ? Failed : WouldBlock;
        }

        nint received;
        fixed (byte* pointer = buffer)
        {
            do
            {
                received = Libc.Recv(_fd, pointer, (nuint)buffer.Length, 0);
            }
            while (received == -Libc.Eintr);
        }

        if (received >= 0)
        {
            // A short read has emptied the socket; the next byte will be a new edge. After FIN the end must still be read.
            if (received < buffer.Length && !_peerClosed)
            {
                _mayReceive = false;
                _readable.Reset();
            }

            return (int)received;
        }

        if (received == -Libc.Eagain)
        {
            _mayReceive = false;
            _readable.Reset();
            return WouldBlock;
        }

        _fault ??= Libc.Describe((int)-received);
        return Failed;
    }

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        if (!_maySend || IsClosed)
        {
            return IsClosed ? Failed : WouldBlock;
        }

        nint sent;
        fixed (byte* pointer = bytes)
        {
            do
            {
                sent = Libc.Send(_fd, pointer, (nuint)bytes.Length, Libc.MsgNoSignal);
            }
            while (sent == -Libc.Eintr);
        }

        if (sent >= 0)
        {
            if (sent < bytes.Length)
            {
                _maySend = false;
                _writable?.Reset();
            }

            return (int)sent;
        }

        if (sent == -Libc.Eagain)
        {
            _maySend = false;
            _writable?.Reset();
            return WouldBlock;
        }

        _fault ??= Libc.Describe((int)-sent);
        return Failed;
    }

    /// <summary>
    /// Gives up its socket, which stays open: <paramref name="watcher"/> is told what happens on it. This object is as good as closed and may take
    /// up another socket. Only for one that nobody waits for and that has just said <see cref="Transport.WouldBlock"/>.
    /// </summary>
    /// <returns>The descriptor.</returns>
    public int Park(IPollHandle watcher)
    {
        int fd = _fd;
        Loop.Poller.Replace(fd, watcher);
        _fd = -1;
        IsClosed = true;
        Broken = null;
        _readable.Reset();
        _writable?.Reset();
        return fd;
    }

    /// <summary>Takes up a socket that has been parked.</summary>
    /// <param name="fd">Its descriptor.</param>
    /// <param name="remote">The peer.</param>
    /// <param name="events">What the poller has told of it just now.</param>
    public void Resume(int fd, NetAddress remote, PollEvents events)
    {
        _fd = fd;
        _remote = remote;
        _fault = null;
        _mayReceive = _maySend = true;
        _peerClosed = (events & (PollEvents.PeerClosed | PollEvents.Broken)) != 0;
        IsClosed = false;
        Loop.Poller.Replace(fd, this);
    }

    public override void ShutdownSend()
    {
        if (!IsClosed)
        {
            Libc.Shutdown(_fd, Libc.ShutWrite);
        }
    }

    public override void Close()
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        Loop.Poller.Remove(_fd);
        Libc.Close(_fd);

        // Whoever still waits must see that it is over.
        _readable.Set();
        _writable?.Set();
    }

    public override void Abort()
    {
        if (!IsClosed)
        {
            // Linger on with zero seconds turns close into RST.
            long linger = 1;
            Libc.SetSockOpt(_fd, Libc.SolSocket, Libc.SoLinger, &linger, sizeof(long));
            Close();
        }
    }

    protected internal override RoundTrip ReadRoundTrip()
    {
        byte* info = stackalloc byte[Libc.TcpInfoLength];
        uint length = Libc.TcpInfoLength;
        return Libc.GetSockOpt(_fd, Libc.SolTcp, Libc.TcpInfo, info, &length) == 0 && length == Libc.TcpInfoLength
            ? new RoundTrip(*(uint*)(info + Libc.TcpInfoRtt), Sample(*(uint*)(info + Libc.TcpInfoMinRtt)))
            : default;
    }

    /// <summary>The kernel's word for "no sample yet" is the greatest number.</summary>
    private static uint Sample(uint us) => us == uint.MaxValue ? 0 : us;

    /// <summary>The pending error of a finished connect, 0 when it succeeded.</summary>
    public int TakeError()
    {
        int error = 0;
        uint length = sizeof(int);
        return Libc.GetSockOpt(_fd, Libc.SolSocket, Libc.SoError, &error, &length) == 0 ? error : Libc.LastError;
    }
}
