using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Names;

/// <summary>Takes what a datagram socket receives. The packet lives until the call returns.</summary>
internal delegate void DatagramReceiver(ReadOnlySpan<byte> packet, NetAddress from);

/// <summary>A bound UDP socket on a loop.</summary>
internal sealed unsafe class DatagramSocket : IClosableDatagrams, IPollHandle
{
    /// <summary>Longest packet that is received whole; longer ones are cut and then do not parse.</summary>
    private const int PacketMax = 4096;

    /// <summary>Packets per edge before others get their turn.</summary>
    private const int Batch = 64;

    private readonly EventLoop _loop;
    private readonly int _fd;
    private readonly DatagramReceiver _received;
    private readonly Action _receiveMore;
    private readonly byte[] _buffer = new byte[PacketMax];
    private bool _receiving;
    private bool _closed;

    /// <param name="loop">Where everything of it runs.</param>
    /// <param name="fd">A bound socket; it is closed with this.</param>
    /// <param name="received">Gets what comes.</param>
    public DatagramSocket(EventLoop loop, int fd, DatagramReceiver received)
    {
        _loop = loop;
        _fd = fd;
        _received = received;
        _receiveMore = ReceiveAll;
    }

    /// <exception cref="IOException">The address cannot be bound; the message says why.</exception>
    public static DatagramSocket Bind(EventLoop loop, SocketFactory sockets, NetAddress address, DatagramReceiver received)
    {
        int fd = sockets.BindDatagram(address, out string? fault);
        return fd >= 0 ? new DatagramSocket(loop, fd, received) : throw new IOException($"{address} (UDP): {fault}");
    }

    /// <summary>Begins to receive. Loop thread, or before the loop runs; once.</summary>
    public void Receive()
    {
        _receiving = true;
        _loop.Poller.Add(_fd, this);
    }

    /// <summary>Leaves what comes to another process that has the socket, too; sending goes on.</summary>
    public void StopReceiving()
    {
        if (_receiving)
        {
            _receiving = false;
            _loop.Poller.Withdraw(_fd);
        }
    }

    public void Send(ReadOnlySpan<byte> packet, NetAddress to)
    {
        if (_closed)
        {
            return;
        }

        byte* address = stackalloc byte[SocketAddress.MaxLength];
        uint length = SocketAddress.Write(to, new Span<byte>(address, SocketAddress.MaxLength));
        fixed (byte* bytes = packet)
        {
            Libc.SendTo(_fd, bytes, (nuint)packet.Length, Libc.MsgNoSignal, address, length);
        }
    }

    public void OnReady(PollEvents events)
    {
        if ((events & ~PollEvents.Writable) != 0)
        {
            ReceiveAll();
        }
    }

    public void Close()
    {
        if (!_closed)
        {
            StopReceiving();
            _closed = true;
            Libc.Close(_fd);
        }
    }

    private void ReceiveAll()
    {
        byte* address = stackalloc byte[SocketAddress.MaxLength];
        for (int i = 0; i < Batch && _receiving; i++)
        {
            uint length = SocketAddress.MaxLength;
            nint count;
            fixed (byte* buffer = _buffer)
            {
                count = Libc.RecvFrom(_fd, buffer, PacketMax, 0, address, &length);
            }

            if (count >= 0)
            {
                _received(_buffer.AsSpan(0, (int)count), SocketAddress.Read(new ReadOnlySpan<byte>(address, (int)length)));
            }
            else if (Libc.LastError is Libc.Eagain)
            {
                return;
            }
        }

        if (_receiving)
        {
            _loop.Ready(_receiveMore);
        }
    }
}
