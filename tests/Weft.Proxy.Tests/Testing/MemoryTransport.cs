using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Tests.Testing;

/// <summary>One end of a pair of transports joined in memory, with a bounded pipe each way, as a socket has. Allocates nothing after it is made.</summary>
internal sealed class MemoryTransport : Transport
{
    private readonly byte[] _pipe;
    private MemoryTransport _peer = null!;
    private int _start;
    private int _count;
    private bool _incomingEnded;
    private bool _incomingReset;

    private MemoryTransport(EventLoop loop, int capacity, NetAddress local, NetAddress remote)
        : base(loop)
    {
        _pipe = new byte[capacity];
        Local = local;
        Remote = remote;
        Readable = new Signal(loop);
        Writable = new Signal(loop);
    }

    public override Signal Readable { get; }

    public override Signal Writable { get; }

    public override NetAddress Local { get; }

    public override NetAddress Remote { get; }

    public override string? Fault => _incomingReset ? "connection reset" : null;

    public bool IsAborted { get; private set; }

    /// <summary>Whether the other end has been reset from here.</summary>
    public bool IsPeerReset => _incomingReset;

    public bool HasEnded => _incomingEnded;

    /// <summary>Calls of <see cref="TrySend"/> that took bytes: what would have been system calls.</summary>
    public int Sends { get; private set; }

    public static (MemoryTransport Here, MemoryTransport There) Pair(EventLoop loop, int capacity = 256 * 1024)
    {
        NetAddress a = NetAddress.V4(0x0a000001, 40_000);
        NetAddress b = NetAddress.V4(0x0a000002, 8080);
        MemoryTransport here = new(loop, capacity, a, b);
        MemoryTransport there = new(loop, capacity, b, a);
        here._peer = there;
        there._peer = here;
        return (here, there);
    }

    public override int TryReceive(Span<byte> buffer)
    {
        if (IsClosed || _incomingReset)
        {
            return Failed;
        }

        int received = Math.Min(buffer.Length, _count);
        if (received > 0)
        {
            int first = Math.Min(received, _pipe.Length - _start);
            _pipe.AsSpan(_start, first).CopyTo(buffer);
            _pipe.AsSpan(0, received - first).CopyTo(buffer[first..]);
            _start = (_start + received) % _pipe.Length;
            _count -= received;
            _peer.Writable.Set();
            return received;
        }

        if (_incomingEnded)
        {
            return 0;
        }

        Readable.Reset();
        return WouldBlock;
    }

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed || _incomingReset)
        {
            return Failed;
        }

        if (_peer.IsClosed)
        {
            _incomingReset = true;
            return Failed;
        }

        int count = _peer.Put(bytes);
        if (count == 0)
        {
            Writable.Reset();
            return WouldBlock;
        }

        Sends++;
        return count;
    }

    public override void ShutdownSend()
    {
        _peer._incomingEnded = true;
        _peer.Readable.Set();
    }

    public override void Close()
    {
        if (!IsClosed)
        {
            ShutdownSend();
            Finish();
        }
    }

    public override void Abort()
    {
        if (!IsClosed)
        {
            IsAborted = true;
            _peer._incomingReset = true;
            _peer.Readable.Set();
            _peer.Writable.Set();
            Finish();
            _peer.Broken?.Invoke();
        }
    }

    private int Put(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _pipe.Length - _count);
        int end = (_start + _count) % _pipe.Length;
        int first = Math.Min(count, _pipe.Length - end);
        bytes[..first].CopyTo(_pipe.AsSpan(end));
        bytes[first..count].CopyTo(_pipe);
        _count += count;
        if (count > 0)
        {
            Readable.Set();
        }

        return count;
    }

    private void Finish()
    {
        IsClosed = true;
        Readable.Set();
        Writable.Set();
    }
}
