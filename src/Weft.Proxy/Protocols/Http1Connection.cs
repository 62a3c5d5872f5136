using Weft.Primitives.Http;
using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;
using Weft.Wire;
using Weft.Wire.Http1;

namespace Weft.Proxy.Protocols;

/// <summary>
/// What the two roles of an HTTP/1 connection share: buffers, body framing both ways, and sending what one turn wrote at its end.
/// The connection is its own stream, because HTTP/1 carries one exchange at a time. With <see cref="StartTunnel"/> it is also
/// the form in which opaque TCP flows.
/// </summary>
internal abstract class Http1Connection : HttpStream, IFlushable
{
    /// <summary>Unsent bytes at which a writer is told to wait (limits sheet: buffer per stream).</summary>
    private const int UnsentMax = 64 * 1024;

    /// <summary>From this size a body run goes to the kernel from where it lies instead of being collected first.</summary>
    private const int DirectMin = 2 * 1024;

    private readonly Action _flushMore;
    private readonly Signal _room;
    private ByteQueue _unsent;
    private ChunkedReader _chunked;
    private bool _flushAsked;
    private bool _waitingToFlush;
    private bool _endAsked;
    private bool _readMuch;
    private int _chunkPending;
    private bool _chunksDone;
    private bool _writesChunks;
    private long _writeRemaining = -1;

    /// <summary>A connection without a transport yet; <see cref="Attach"/> gives it one.</summary>
    protected Http1Connection(EventLoop loop)
        : base(loop)
    {
        Input = new ByteQueue(Loop.Pool);
        _unsent = new ByteQueue(Loop.Pool);
        _room = new Signal(Loop);
        _flushMore = FlushMore;
    }

    protected Http1Connection(Transport transport)
        : this(transport.Loop)
        => Attach(transport);

    public Transport Transport { get; private set; } = null!;

    public override Signal Received => Transport.Readable;

    public override Signal Room => _room;

    public override HttpVersion Version => HttpVersion.Http11;

    public override Transport Carrier => Transport;

    /// <summary>Whether the received body has been read to its end.</summary>
    protected bool ReadComplete => ReadFraming switch
    {
        BodyFraming.None => true,
        BodyFraming.Length => ReadRemaining == 0,
        BodyFraming.Chunked => _chunksDone,
        _ => false,
    };

    /// <summary>Whether the message that was being sent has been ended.</summary>
    protected bool WriteComplete { get; set; } = true;

    protected bool HasUnsent => !_unsent.IsEmpty;

    /// <summary>Whether so much is unsent that no further message may be begun.</summary>
    protected bool HasMuchUnsent => _unsent.Length >= UnsentMax;

    /// <summary>Whether any byte has been sent since the last head was written.</summary>
    protected bool HeadHasLeft { get; private set; }

    protected BodyFraming ReadFraming { get; private set; }

    protected long ReadRemaining { get; private set; }

    /// <summary>Bytes received and not yet used.</summary>
    protected ByteQueue Input;

    public override BodyState TryReadBody(out ReadOnlySpan<byte> data)
    {
        data = default;
        while (Fault == StreamFault.None)
        {
            switch (ReadFraming)
            {
                case BodyFraming.None:
                    return BodyState.End;
                case BodyFraming.Length when ReadRemaining == 0:
                    return BodyState.End;
                case BodyFraming.Length when !Input.IsEmpty:
                    data = Input.Bytes;
                    data = data.Length > ReadRemaining ? data[..(int)ReadRemaining] : data;
                    return BodyState.Data;
                case BodyFraming.Chunked when _chunkPending > 0:
                    data = Input.Bytes[.._chunkPending];
                    return BodyState.Data;
                case BodyFraming.Chunked when _chunksDone:
                    return BodyState.End;
                case BodyFraming.Chunked when !Input.IsEmpty && ReadChunk():
                    continue;
                case BodyFraming.UntilClose or BodyFraming.Tunnel when !Input.IsEmpty:
                    data = Input.Bytes;
                    return BodyState.Data;
            }

            if (Fault != StreamFault.None)
            {
                break;
            }

            int received = Fill();
            if (received > 0)
            {
                continue;
            }

            if (received == Transport.WouldBlock)
            {
                Input.Consume(0);
                return BodyState.Wait;
            }

            if (received == 0 && ReadFraming is BodyFraming.UntilClose or BodyFraming.Tunnel)
            {
                return BodyState.End;
            }

            Break(received == 0 ? StreamFault.PeerClosed : StreamFault.PeerReset);
        }

        return BodyState.Failed;
    }

    public override void ConsumeBody(int count)
    {
        if (ReadFraming == BodyFraming.Length)
        {
            ReadRemaining -= count;
        }
        else if (ReadFraming == BodyFraming.Chunked)
        {
            _chunkPending -= count;
        }

        Input.ConsumeKeeping(count);
    }

    public override int TryWriteBody(ReadOnlySpan<byte> data)
    {
        if (IsBroken)
        {
            return 0;
        }

        if (_writeRemaining >= 0 && data.Length > _writeRemaining)
        {
            // More than the length that is already on the wire: the next message would begin inside this one.
            Abort(StreamFault.OtherSideGone);
            return 0;
        }

        int taken = Write(data);
        if (_writeRemaining >= 0)
        {
            _writeRemaining -= taken;
        }

        return taken;
    }

    private int Write(ReadOnlySpan<byte> data)
    {
        if (_unsent.IsEmpty && !_writesChunks && (data.Length >= DirectMin || ReadFraming == BodyFraming.Tunnel))
        {
            return SendDirect(data);
        }

        int count = Math.Min(data.Length, UnsentMax - _unsent.Length);
        if (count <= 0)
        {
            _room.Reset();
            return 0;
        }

        int needed = _writesChunks ? count + ChunkedWriter.HeaderMax + 2 : count;
        if (!_unsent.MayReserve(needed))
        {
            return HaveNoMemory();
        }

        if (_writesChunks)
        {
            Span<byte> room = _unsent.Reserve(needed);
            ChunkedWriter.TryWriteHeader(room, count, out int written);
            data[..count].CopyTo(room[written..]);
            ChunkedWriter.Crlf.CopyTo(room[(written + count)..]);
            _unsent.Commit(written + count + 2);
        }
        else
        {
            _unsent.Append(data[..count]);
        }

        FlushSoon();
        return count;
    }

    public override void WriteEnd(MessageHead? trailers)
    {
        if (IsBroken || WriteComplete)
        {
            return;
        }

        if (_writeRemaining > 0)
        {
            Abort(StreamFault.OtherSideGone);
            return;
        }

        WriteComplete = true;
        if (_writesChunks)
        {
            int written;
            for (int size = 64; !ChunkedWriter.TryWriteLast(_unsent.Reserve(size), trailers is { FieldCount: > 0 } ? trailers : null, out written); size *= 2)
            {
            }

            _unsent.Commit(written);
            _writesChunks = false;
            FlushSoon();
        }
        else if (ReadFraming == BodyFraming.Tunnel || EndsByClose)
        {
            // The end of an opaque stream is a FIN, after everything before it.
            _endAsked = true;
            FlushSoon();
        }
    }

    public override void StartTunnel()
    {
        ReadFraming = BodyFraming.Tunnel;
        WriteComplete = false;
        _writesChunks = false;
        _writeRemaining = -1;
        EndsByClose = true;
    }

    public override void Abort(StreamFault fault)
    {
        Break(fault);
        _unsent.Release();
        Input.Release();
        Transport.Abort();
        _room.Set();
    }

    public void Flush()
    {
        _flushAsked = false;
        if (_waitingToFlush)
        {
            return;
        }

        while (!_unsent.IsEmpty)
        {
            int sent = Transport.TrySend(_unsent.Bytes);
            if (sent > 0)
            {
                HeadHasLeft = true;
                _unsent.Consume(sent);
                _room.Set();
            }
            else if (sent == Transport.WouldBlock)
            {
                _waitingToFlush = true;
                Transport.Writable.UnsafeOnCompleted(_flushMore);
                return;
            }
            else
            {
                _unsent.Release();
                Break(StreamFault.PeerReset);
                break;
            }
        }

        if (_endAsked)
        {
            _endAsked = false;
            Transport.ShutdownSend();
        }

        _room.Set();
        OnFlushed();
    }

    /// <summary>Takes on a transport on which nothing is under way.</summary>
    protected void Attach(Transport transport) => Transport = transport;

    /// <summary>Writes a head with the given writer into the unsent bytes.</summary>
    protected void WriteHead(MessageHead head, bool isRequest, bool requestWasHead, bool toHttp10 = false, bool toProxy = false)
    {
        for (int size = head.Block.Length + 256; ; size *= 2)
        {
            Span<byte> room = _unsent.Reserve(size);
            bool fits = isRequest
                ? Http1HeadWriter.TryWriteRequest(head, room, out int written, toProxy)
                : Http1HeadWriter.TryWriteResponse(head, room, out written, requestWasHead, toHttp10);
            if (fits)
            {
                _unsent.Commit(written);
                break;
            }
        }

        HeadHasLeft = false;
        FlushSoon();
    }

    /// <param name="length">Body bytes that the head announces; -1 when it announces none.</param>
    protected void BeginWriting(bool chunked, bool untilClose, long length)
    {
        WriteComplete = false;
        _writesChunks = chunked;
        _writeRemaining = length;
        EndsByClose = untilClose;
    }

    /// <summary>Whether the end of the message being sent is the end of the connection.</summary>
    protected bool EndsByClose { get; private set; }

    protected void BeginReading(MessageHead head)
    {
        ReadFraming = head.Framing;
        ReadRemaining = head.Framing == BodyFraming.Length ? head.ContentLength : 0;
        _chunked = default;
        _chunkPending = 0;
        _chunksDone = false;
        Trailers.Clear();
    }

    /// <summary>Receives once. What <see cref="Transport.TryReceive"/> said; <see cref="Transport.Failed"/> also when the input is full.</summary>
    protected int Fill()
    {
        int size = _readMuch ? SlabPool.Large : SlabPool.Medium;
        if (Input.Length >= SlabPool.Large)
        {
            return Transport.Failed;
        }

        int wanted = Input.IsEmpty ? size : Math.Max(1, Math.Min(size, SlabPool.Large - Input.Length));
        if (!Input.MayReserve(wanted))
        {
            Break(StreamFault.Overloaded);
            return Transport.Failed;
        }

        Span<byte> room = Input.Reserve(wanted);
        int received = Transport.TryReceive(room);
        if (received > 0)
        {
            Input.Commit(received);
            _readMuch = received == room.Length;
        }

        return received;
    }

    protected void FlushSoon()
    {
        if (!_flushAsked && !_waitingToFlush)
        {
            _flushAsked = true;
            Loop.FlushAtTurnEnd(this);
        }
    }

    /// <summary>Everything that was written has been handed to the transport.</summary>
    protected virtual void OnFlushed()
    {
    }

    protected void Forget()
    {
        Fault = StreamFault.None;
        OtherSide = null;
    }

    private void FlushMore()
    {
        _waitingToFlush = false;
        Transport.Writable.Reset();
        if (!Transport.IsClosed)
        {
            Flush();
        }
    }

    private int SendDirect(ReadOnlySpan<byte> data)
    {
        int sent = Transport.TrySend(data);
        if (sent == Transport.WouldBlock)
        {
            int count = Math.Min(data.Length, UnsentMax);
            if (!_unsent.MayReserve(count))
            {
                return HaveNoMemory();
            }

            _unsent.Append(data[..count]);
            FlushSoon();
            return count;
        }

        if (sent < 0)
        {
            Break(StreamFault.PeerReset);
            return 0;
        }

        return sent;
    }

    /// <summary>The memory of the process is at its end. What is unsent makes room when the peer takes it; a peer that takes nothing is given up.</summary>
    private int HaveNoMemory()
    {
        if (_unsent.IsEmpty)
        {
            Abort(StreamFault.Overloaded);
        }
        else
        {
            _room.Reset();
        }

        return 0;
    }

    /// <summary>Takes framing off the front of the input; false when more bytes are needed or the coding is broken.</summary>
    private bool ReadChunk()
    {
        ReadStatus status = _chunked.Read(Input.Bytes, Trailers, out int consumed, out int offset, out int length);
        if (status == ReadStatus.Rejected)
        {
            Break(StreamFault.Protocol);
            return false;
        }

        _chunkPending = length;
        _chunksDone = status == ReadStatus.Done;
        Input.ConsumeKeeping(length > 0 ? offset : consumed);
        return length > 0 || _chunksDone || consumed > 0;
    }
}
