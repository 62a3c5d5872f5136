using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Tests.Testing;

/// <summary>One end of a pair of transports joined in memory, with a bounded pipe each way, as a socket has.</summary>
internal sealed class MemoryTransport : Transport
{
    private readonly Queue<byte[]> _incoming = new();
    private readonly int _capacity;
    private MemoryTransport _peer = null!;
    private int _incomingBytes;
    private int _offset;
    private bool _incomingEnded;
    private bool _incomingReset;

    private MemoryTransport(EventLoop loop, int capacity, NetAddress local, NetAddress remote)
        : base(loop)
    {
        _capacity = capacity;
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

        int received = 0;
        while (received < buffer.Length && _incoming.TryPeek(out byte[]? chunk))
        {
            int count = Math.Min(buffer.Length - received, chunk.Length - _offset);
            chunk.AsSpan(_offset, count).CopyTo(buffer[received..]);
            received += count;
            _offset += count;
            if (_offset == chunk.Length)
            {
                _incoming.Dequeue();
                _offset = 0;
            }
        }

        if (received > 0)
        {
            _incomingBytes -= received;
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

        int count = Math.Min(bytes.Length, _peer._capacity - _peer._incomingBytes);
        if (count == 0)
        {
            Writable.Reset();
            return WouldBlock;
        }

        Sends++;
        _peer._incoming.Enqueue(bytes[..count].ToArray());
        _peer._incomingBytes += count;
        _peer.Readable.Set();
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
        }
    }

    private void Finish()
    {
        IsClosed = true;
        Readable.Set();
        Writable.Set();
    }
}
